import type { Step } from "../../procedures/procedure.ts";
import { duration } from "../../systems/format.ts";
import type { Run } from "../act/run.ts";
import { piece, spread, strong, type Line, type Piece } from "../line.ts";
import { windowOf } from "../rows.ts";
import { cutSentence } from "../text.ts";
import type { Theme } from "../theme.ts";

/** The step that is under way, or that waits to be told. */
export const presentStep = ({ asks, at, procedure, steps }: Run): Step | undefined =>
  asks?.kind === "next" ? asks.step : (at ?? procedure.steps.find(({ id }) => !steps.has(id)) ?? procedure.steps[0]);

/** Every step with how it stands and how long it took; a window round the present one where they are many. */
export const planLines = (run: Run, width: number, rows: number, nowMs: number, theme: Theme): readonly Line[] => {
  const { steps } = run.procedure;
  // The one taken back last: it goes from the end to the beginning.
  const back = steps.findIndex(({ id }) => run.steps.get(id)?.state === "taken-back");
  const at = back >= 0 ? back : steps.findIndex(({ id }) => id === presentStep(run)?.id);
  const groups = groupsOf(steps);
  const { top } = windowOf(steps.length, rows, Math.max(0, at - Math.floor(rows / 2)), Math.max(0, at), 0);
  return steps.slice(top, top + rows).map((step, i) => {
    const group = groups[top + i];
    const isSaid = group !== undefined && i > 0 && groups[top + i - 1] === group && step.title.startsWith(group);
    const title = isSaid ? step.title.slice(group.length) : step.title;
    // After the end, and while all is taken back, no step is the present one.
    return planLine(
      run,
      { ...step, title },
      top + i === at && back < 0 && run.phase !== "ended",
      top + i + 1,
      width,
      nowMs,
      theme,
    );
  });
};

/** `web2: `, of a step and of those after it until another begins: in a narrow plan it is said once. */
const groupsOf = (steps: readonly Step[]): readonly (string | undefined)[] => {
  let group: string | undefined;
  return steps.map(({ title }) => (group = /^\S+: /.exec(title)?.[0] ?? group));
};

/** Narrower than this a step's title needs the room. */
const BRIEF = 40;

const planLine = (
  run: Run,
  step: Step,
  isPresent: boolean,
  number: number,
  width: number,
  nowMs: number,
  theme: Theme,
): Line => {
  const seen = run.steps.get(step.id);
  const took = seen?.state === "running" ? nowMs - seen.sinceMs : seen?.state === "done" ? seen.tookMs : undefined;
  const time =
    seen?.state === "taken-back"
      ? width < BRIEF
        ? " back"
        : " taken back"
      : took === undefined || took < 1_000
        ? ""
        : ` ${duration(took)}`;
  const title = cutSentence(theme.text(step.title), Math.max(4, width - 6 - time.length), theme.glyph.cut);
  const isAside = seen === undefined && step.when !== undefined && !isPresent;
  return spread(
    [
      signOf(run, step, isPresent, theme),
      piece(` ${String(number).padStart(2)} `, "dim"),
      isPresent ? strong(title) : piece(title, seen?.state === "left-out" || isAside ? "dim" : "plain"),
    ],
    [piece(time, "dim")],
    width,
    theme,
  );
};

const signOf = (run: Run, { id }: Step, isPresent: boolean, theme: Theme): Piece => {
  switch (run.steps.get(id)?.state) {
    case "done":
      return piece(theme.text("✔"), "ok");
    case "left-out":
      return piece(theme.glyph.dot, "dim");
    case "taken-back":
      return piece(theme.glyph.back, "dim");
    case "stopped":
      return piece(theme.symbol.critical, "critical");
    case "running":
    case undefined:
      return piece(isPresent ? theme.glyph.cursor : " ");
  }
};
