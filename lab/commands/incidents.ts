import { openPresentRun } from "../cluster/run.ts";
import { verify } from "../cluster/verify.ts";
import type { LabDirs } from "../dirs.ts";
import { INCIDENTS, incidentNamed } from "../incidents/all.ts";
import { say, step } from "../machine/progress.ts";

export const listIncidents = (): void => {
  for (const { name, what } of INCIDENTS) say(`${name.padEnd(24)} ${what}`);
};

/** Breaks what the incident breaks; it stays broken until `heal` or `reset`. */
export const breakOne = async (dirs: LabDirs, name: string): Promise<void> => {
  const { what, breakIt } = incidentNamed(name);
  const { secrets } = await openPresentRun(dirs);
  await step(what, () => breakIt(secrets));
};

/** Undoes one incident and waits until the lab is healthy. */
export const healOne = async (dirs: LabDirs, name: string): Promise<void> => {
  const { healIt } = incidentNamed(name);
  const { secrets } = await openPresentRun(dirs);
  await step(`${name} undone`, () => healIt(secrets));
  await verify(secrets, 120_000);
};
