import { bootAll, stopAll } from "../cluster/assemble.ts";
import type { Lab } from "../cluster/lab.ts";
import { emptyPlace, fillPlace, openRun } from "../cluster/run.ts";
import { ensureServices } from "../cluster/services.ts";
import { requireState, type RunState } from "../cluster/state.ts";
import { beyondUndo, clearTraces, undoFaults } from "../cluster/undo.ts";
import { verify } from "../cluster/verify.ts";
import type { LabDirs } from "../dirs.ts";
import { preflight } from "../machine/preflight.ts";
import { say, step } from "../machine/progress.ts";

/** Undoes what was done to running hosts. Seconds, and connections to hosts survive it. */
const resetSoftly = async (lab: Lab, state: RunState): Promise<void> => {
  await step("faults undone", () => undoFaults(lab));
  await ensureServices(lab);
  await step("traces cleared", () => clearTraces(lab, state.data));
  await verify(lab.secrets, 20_000);
};

/** Makes every host anew from its layers: always works, whatever was done. Keys and passwords stay the same. */
const resetHard = async (lab: Lab, state: RunState): Promise<void> => {
  await step("hosts stopped", () => stopAll(lab.places));
  await step("disks as they were", () =>
    Promise.all(
      lab.places.map(async (place) => {
        await emptyPlace(place);
        await fillPlace(place, state);
      }),
    ),
  );
  await step("hosts booted", () => bootAll(lab));
  await ensureServices(lab);
  await verify(lab.secrets, 60_000);
};

/** Back to the healthy state: by undoing where that will do, else by making the hosts anew. */
export const reset = async (dirs: LabDirs, options: { readonly hard?: boolean }): Promise<void> => {
  await preflight();
  const state = await requireState(dirs);
  const lab = await openRun(dirs, state);
  const reason = options.hard === true ? "asked for" : await beyondUndo(lab);
  if (reason === undefined) {
    try {
      await resetSoftly(lab, state);
      return;
    } catch (error) {
      say(error instanceof Error ? error.message : String(error));
    }
  }
  say(`making the hosts anew: ${reason ?? "undoing was not enough"}`);
  await resetHard(lab, state);
};
