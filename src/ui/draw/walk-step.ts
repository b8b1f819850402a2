import { describeSend } from "../../connect/describe.ts";
import type { Action, Step } from "../../procedures/procedure.ts";
import { duration } from "../../systems/format.ts";
import { GATE_SEVERITY } from "../act/dialog.ts";
import { isLeftOpen, type GateSeen, type Run, type Sent } from "../act/run.ts";
import { EMPTY, piece, strong, type Line } from "../line.ts";
import { wrap } from "../text.ts";
import type { Theme } from "../theme.ts";
import { presentStep } from "./walk-plan.ts";
import type { Tone } from "../../systems/pane.ts";

/** Before what is said: `sends`, `wants`. */
const LABEL = 7;

const labelled = (label: string, text: string, tone: Tone, width: number, theme: Theme): readonly Line[] =>
  wrap(theme.text(text), Math.max(10, width - LABEL)).map((line, i): Line => [
    piece((i === 0 ? label : "").padEnd(LABEL), "dim"),
    piece(line, tone),
  ]);

/**
 * The present step: why, what is sent, its gates as they are; below that what is waited for. What goes on there takes
 * the room that is left. What is asked of the operator is never cut.
 */
export const stepLines = (run: Run, width: number, rows: number, theme: Theme): readonly Line[] => {
  const step = presentStep(run);
  const foot = footLines(run, width, theme);
  const room = Math.max(1, rows - foot.length);
  if (step === undefined) return foot;
  const isNext = run.asks?.kind === "next";
  const needed = [
    ...sendLines(run, step, isNext, width, theme),
    ...(isNext
      ? [...step.before, ...step.after].flatMap(({ wanted, deadlineMs }) =>
          labelled("wants", `${wanted} (${duration(deadlineMs)} at most)`, "dim", width, theme),
        )
      : run.gates.flatMap((gate) => gateLines(gate, width, theme))),
  ];
  const why = labelled("why", step.why, "plain", width, theme);
  const title: Line = [strong(theme.text(step.title))];
  const head = needed.length + why.length + 1 <= room ? [title, ...why] : [title];
  const body = [...head, ...needed].slice(0, room);
  const left = room - body.length - 1;
  const output = left <= 0 ? [] : run.output.slice(-left).map((text): Line => [piece(theme.text(text), "dim")]);
  const filled = [...body, ...(output.length === 0 ? [] : [EMPTY, ...output])];
  return [...filled, ...Array.from({ length: Math.max(0, room - filled.length) }, () => EMPTY), ...foot];
};

const sendLines = (run: Run, step: Step, isNext: boolean, width: number, theme: Theme): readonly Line[] => {
  const taken = run.phase === "undoing" || run.sent.some(({ undo }) => undo) ? run.sent : undefined;
  if (taken !== undefined)
    return taken.flatMap((sent) => labelled("back", sentText(sent), sentTone(sent), width, theme));
  if (step.actions.length === 0) return labelled("sends", "nothing", "dim", width, theme);
  return step.actions.flatMap((action) => {
    const sent = isNext ? undefined : run.sent.find(({ id }) => id === action.id);
    const text = sent === undefined ? planned(action) : sentText(sent);
    return labelled("sends", text, sent === undefined ? "plain" : sentTone(sent), width, theme);
  });
};

const planned = ({ target, ask }: Action): string => `${target}  ${describeSend(ask.send, ask.privilege)}`;

const OUTCOME: Readonly<Record<NonNullable<Sent["outcome"]>, string>> = {
  done: "done",
  already: "so already, not sent",
  refused: "not sent",
  failed: "failed",
  "in-doubt": "no answer: what really is shows below",
};

const sentText = ({ target, text, outcome, why }: Sent): string => {
  const came = outcome === undefined ? "…" : OUTCOME[outcome];
  return `${target}  ${text}  ${came}${why === undefined ? "" : `: ${why}`}`;
};

const sentTone = ({ outcome }: Sent): Tone =>
  outcome === "refused" || outcome === "failed" ? "critical" : outcome === "in-doubt" ? "unknown" : "plain";

/** `● every load balancer says DRAIN: 1 of 2 · 3s of 20s`. */
const gateLines = ({ gate, now, elapsedMs, final }: GateSeen, width: number, theme: Theme): readonly Line[] => {
  const severity = GATE_SEVERITY[now.state];
  const isOpen = now.state === "open";
  const expected = now.expectedMs === undefined ? "" : `, about ${duration(now.expectedMs)} more`;
  const time = isOpen && final ? "" : ` (${duration(elapsedMs)} of ${duration(gate.deadlineMs)}${expected})`;
  const sign = !final && !isOpen ? theme.glyph.pending : theme.symbol[severity];
  return wrap(theme.text(`${gate.wanted}: ${now.value}${time}`), Math.max(10, width - 2)).map((line, i): Line => [
    piece(`${i === 0 ? sign : " "} `, severity),
    piece(line),
  ]);
};

/** What is asked of the operator, or how it ended. */
const footLines = (run: Run, width: number, theme: Theme): readonly Line[] => {
  const say = (text: string, tone: Tone = "plain"): readonly Line[] =>
    wrap(theme.text(text), width).map((line): Line => [strong(line, tone)]);
  const { asks, phase } = run;
  if (phase === "ended") return endLines(run, width, theme);
  if (asks?.kind === "next") return say("Waits for you: ⏎ runs this step, a goes on by itself from here");
  if (asks?.kind === "override")
    return say(`Waits for you: ⏎ to pass "${asks.gate.wanted}" all the same, s to stop`, "warning");
  if (asks?.kind === "late")
    return [
      ...say(`Waits for you: ⏎ decides. Not yet: ${asks.gate.wanted}: ${asks.now.value}`, "warning"),
      ...(asks.step.late ?? []).flatMap(({ id, title }) => labelled("", `${id}: ${title}`, "plain", width, theme)),
    ];
  if (phase === "stopping") return say("Stopping at the next safe point", "warning");
  if (phase === "undoing") return say("Taking back what was sent", "warning");
  return [];
};

const endLines = (run: Run, width: number, theme: Theme): readonly Line[] => {
  const { end, procedure } = run;
  const lines = (text: string, tone: Tone): readonly Line[] =>
    wrap(theme.text(text), width).map((line, i): Line => [i === 0 ? strong(line, tone) : piece(line, tone)]);
  if (end === undefined) return [];
  if (end.state === "refused") return lines(`Not begun, nothing was sent: ${end.why}`, "warning");
  if (end.state !== "ran") return lines(`Stopped: ${end.why}. ⏎ shows how it was left`, "critical");
  const { ended, report } = end;
  const way = isLeftOpen(run) ? "⏎ resume, undo or leave it; esc looks on" : "⏎ puts this away";
  const result = ((): readonly Line[] => {
    if (ended.state === "done") return lines(`Done: ${procedure.title}`, "ok");
    if (ended.state === "undone") return lines(`Taken back: ${procedure.title}`, "ok");
    if (ended.clean) return lines(`Not begun: ${ended.why}. Nothing was sent`, "warning");
    const stays = ended.step === undefined ? "" : `. Now: ${ended.step.stays}`;
    return lines(`Stopped: ${ended.why}${stays}`, "critical");
  })();
  return [
    ...result,
    ...wrap(theme.text(`Report: ${report}`), width).map((line): Line => [piece(line)]),
    [piece(theme.text(way))],
  ];
};
