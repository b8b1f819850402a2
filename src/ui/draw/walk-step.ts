import { describeSend } from "../../connect/describe.ts";
import type { Action, Step } from "../../procedures/procedure.ts";
import { plural } from "../../systems/format.ts";
import { consoleWords } from "../act/console-words.ts";
import { isLeftOpen, type Run, type Sent } from "../act/run.ts";
import { EMPTY, piece, strong, type Line } from "../line.ts";
import { wrap, wrapPath } from "../text.ts";
import type { Theme } from "../theme.ts";
import { labelled } from "./labelled.ts";
import { gatesIn } from "./walk-gates.ts";
import { presentStep } from "./walk-plan.ts";
import type { Tone } from "../../systems/pane.ts";

/** The keys as they are bound, by what they do in the walkthrough. */
export interface WalkKeys {
  readonly proceed: string;
  readonly auto: string;
  readonly stop: string;
  readonly back: string;
  readonly report: string;
}

/** Of what goes on there, however long its commands are. */
const LEAST_OUTPUT = 3;

/** From here on an empty line parts the step from what is asked. */
const HIGH = 10;

/**
 * The present step: its gates as they are, what goes on there, what is sent, and why. What is asked of the operator is
 * never cut, and no gate goes out of sight while there is a line for it; commands do, when there is no room for all of
 * them: the dialog and the report have them whole.
 */
export const stepLines = (run: Run, width: number, rows: number, theme: Theme, keys: WalkKeys): readonly Line[] => {
  const step = presentStep(run);
  const foot = footLines(run, width, rows - 1, theme, keys);
  const room = Math.max(1, rows - foot.length - (rows >= HIGH && foot.length > 0 ? 1 : 0));
  if (step === undefined) return foot;
  const gates = gatesIn(run, step, width, Math.max(1, room - LEAST_HEAD), theme);
  const kept = run.output.length === 0 ? 0 : Math.min(LEAST_OUTPUT, run.output.length) + 1;
  const sends = sendLines(run, step, width, room - 1 - gates.length - kept, theme);
  const isBack = isTakenBack(run);
  const why = isBack ? [] : labelled("why", step.why, "plain", width, theme);
  const title: Line = [strong(isBack ? "what was sent is taken back, the last first" : theme.text(step.title))];
  const head = 1 + why.length + sends.length + gates.length + kept <= room ? [title, ...why] : [title];
  const body = [...head, ...sends, ...gates].slice(0, room);
  const left = room - body.length - 1;
  const output = left <= 0 ? [] : run.output.slice(-left).map((text): Line => [piece(theme.text(text), "dim")]);
  const filled = [...body, ...(output.length === 0 ? [] : [EMPTY, ...output])];
  const empty = Math.max(0, rows - foot.length - filled.length);
  return [...filled, ...Array.from({ length: empty }, () => EMPTY), ...foot];
};

/** Its title, and a line of what it sends. */
const LEAST_HEAD = 2;

/** Lines that the present step takes when every gate and what is asked stand there whole. */
export const wantedRows = (run: Run, width: number, theme: Theme, keys: WalkKeys): number => {
  const step = presentStep(run);
  const gates = step === undefined ? [] : gatesIn(run, step, width, Number.POSITIVE_INFINITY, theme);
  const { first, next, more } = footOf(run, width, theme, keys);
  const asked = first.length + next.length + (run.phase === "ended" ? more.length : 0);
  return LEAST_HEAD + gates.length + asked;
};

interface SendWords {
  readonly label: string;
  readonly text: string;
  readonly tone: Tone;
}

/** Each whole where there is room, else in fewer lines, else only the first that is not over, and those after it. */
const sendLines = (run: Run, step: Step, width: number, room: number, theme: Theme): readonly Line[] => {
  const words = sendWords(run, step);
  for (const most of [Number.POSITIVE_INFINITY, 3, 2, 1]) {
    const lines = words.flatMap(({ label, text, tone }) => labelled(label, text, tone, width, theme, most));
    if (lines.length <= room) return lines;
  }
  const least = Math.max(1, room - 1);
  const done = words.findIndex(({ text }) => !text.startsWith(DONE));
  const from = Math.max(0, Math.min(done < 0 ? words.length : done, words.length - least));
  const only = words[from];
  // Of several in a single line it is said how many they are, or the others would seem not to have been sent.
  if (room < 2 && only !== undefined && words.length > 1)
    return labelled(only.label, `${plural(words.length, "command")}: ${only.text}`, only.tone, width, theme, 1);
  return [
    ...words.slice(from, from + least).flatMap(({ label, text, tone }) => labelled(label, text, tone, width, theme, 1)),
    ...(room > 1 ? labelled("", `${plural(words.length, "command")} in all`, "dim", width, theme, 1) : []),
  ];
};

/** From here on the step that was broken off is of no interest. */
const isTakenBack = ({ sent }: Run): boolean => sent.some(({ undo }) => undo);

const sendWords = (run: Run, step: Step): readonly SendWords[] => {
  if (run.phase === "undoing" || isTakenBack(run))
    return run.sent
      .filter(({ undo }) => undo)
      .map((sent): SendWords => ({ label: "back", text: sentText(sent), tone: sentTone(sent) }));
  if (step.actions.length === 0) return [{ label: "sends", text: "nothing", tone: "dim" }];
  const isNext = run.asks?.kind === "next";
  return step.actions.map((action): SendWords => {
    const sent = isNext ? undefined : run.sent.find(({ id }) => id === action.id);
    return sent === undefined
      ? { label: "sends", text: planned(action), tone: "plain" }
      : { label: "sends", text: sentText(sent), tone: sentTone(sent) };
  });
};

const planned = ({ target, ask }: Action): string => `${target}  ${describeSend(ask.send, ask.privilege)}`;

const DONE = "✔ ";

const OUTCOME: Readonly<Record<NonNullable<Sent["outcome"]>, string>> = {
  done: "",
  already: "so already, not sent",
  refused: "not sent",
  failed: "failed",
  "in-doubt": "no answer: what really is shows below",
};

/** What came of it stands first: the end of a long command may be cut. */
const sentText = ({ target, text, outcome, why }: Sent): string => {
  const command = `${target}  ${text}`;
  if (outcome === undefined) return `… ${command}`;
  if (outcome === "done") return `${DONE}${command}`;
  return `${OUTCOME[outcome]}${why === undefined ? "" : ` (${why})`}: ${command}`;
};

const sentTone = ({ outcome }: Sent): Tone =>
  outcome === "refused" || outcome === "failed" ? "critical" : outcome === "in-doubt" ? "unknown" : "plain";

/** What is asked of the operator, or how it ended: what next always, what else there is to know where it fits whole. */
const footLines = (run: Run, width: number, rows: number, theme: Theme, keys: WalkKeys): readonly Line[] => {
  const { first, next, more } = footOf(run, width, theme, keys);
  const needed = [...first.slice(0, Math.max(1, rows - next.length)), ...next];
  return needed.length + more.length <= rows ? [...needed, ...more] : needed;
};

interface Foot {
  readonly first: readonly Line[];
  readonly next: readonly Line[];
  readonly more: readonly Line[];
}

const footOf = (run: Run, width: number, theme: Theme, keys: WalkKeys): Foot => {
  const say = (text: string, tone: Tone = "plain"): readonly Line[] =>
    wrap(theme.text(text), width).map((line): Line => [strong(line, tone)]);
  const only = (lines: readonly Line[]): Foot => ({ first: lines, next: [], more: [] });
  const { asks, phase } = run;
  if (phase === "ended") return endFoot(run, width, theme, keys);
  if (asks?.kind === "next") return only(say(`Waits for you: ${keys.proceed} runs it, ${keys.auto} goes on by itself`));
  if (asks?.kind === "override")
    return only(
      say(`Waits for you: ${keys.proceed} to pass "${asks.gate.wanted}" all the same, ${keys.stop} to stop`, "warning"),
    );
  if (asks?.kind === "late")
    return {
      // What is wanted and is not so stands above, as its gate.
      first: [],
      next: say(`Not yet. Waits for you: ${keys.proceed} to decide`, "warning"),
      more: (asks.step.late ?? []).flatMap(({ title }) =>
        wrap(theme.text(consoleWords(title)), Math.max(10, width - 2)).map((line, i): Line => [
          piece(i === 0 ? `${theme.glyph.dot} ` : "  ", "dim"),
          piece(line),
        ]),
      ),
    };
  if (phase === "stopping") return only(say("Stopping at the next safe point", "warning"));
  if (phase === "undoing") return only(say("Taking back what was sent", "warning"));
  return only([]);
};

/** Whether it says no more than a gate that is shown. */
const isSeen = ({ gates }: Run, why: string): boolean =>
  gates.some(({ gate, now }) => why === `wanted: ${gate.wanted}; is: ${now.value}`);

const endFoot = (run: Run, width: number, theme: Theme, keys: WalkKeys): Foot => {
  const { end, procedure } = run;
  const lines = (text: string, tone: Tone): readonly Line[] =>
    wrap(theme.text(text), width).map((line, i): Line => [i === 0 ? strong(line, tone) : piece(line, tone)]);
  const away = lines(`${keys.proceed} puts this away`, "plain");
  if (end === undefined) return { first: [], next: [], more: [] };
  if (end.state === "refused")
    return { first: lines(`Not begun, nothing was sent: ${end.why}`, "warning"), next: away, more: [] };
  const goOn = lines(`${keys.proceed}: resume, undo or leave it; ${keys.back} looks on`, "plain");
  if (end.state !== "ran") return { first: lines(`Stopped: ${end.why}`, "critical"), next: goOn, more: [] };
  const { ended, report } = end;
  const result = ((): readonly Line[] => {
    if (ended.state === "done") return lines(`Done: ${procedure.title}`, "ok");
    if (ended.state === "undone") return lines(`Taken back: ${procedure.title}`, "ok");
    if (ended.clean) return lines(`Not begun: ${consoleWords(ended.why)}. Nothing was sent`, "warning");
    // It may have stopped before a step that was not begun: then the one before it tells what stays.
    const last = run.at ?? ended.step;
    const stays = last === undefined ? "" : `. Now: ${consoleWords(last.stays)}`;
    return lines(
      `Stopped: ${isSeen(run, ended.why) ? "it is not as wanted above" : consoleWords(ended.why)}${stays}`,
      "critical",
    );
  })();
  return {
    first: result,
    next: isLeftOpen(run) ? goOn : away,
    more: [
      ...wrap(theme.text(`Report (${keys.report} shows it):`), width),
      // Where it was not written it is a sentence, which says why.
      ...(report.startsWith("/") ? wrapPath(theme.text(report), width) : wrap(theme.text(report), width)),
    ].map((line): Line => [piece(line)]),
  };
};
