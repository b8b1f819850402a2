import type { Gate, Step } from "../../procedures/procedure.ts";
import { duration, plural } from "../../systems/format.ts";
import { consoleWords } from "../act/console-words.ts";
import { GATE_SEVERITY } from "../act/dialog.ts";
import type { GateSeen, Run } from "../act/run.ts";
import { piece, type Line } from "../line.ts";
import { cut, cutSentence, widthOf, wrap } from "../text.ts";
import type { Theme } from "../theme.ts";
import { labelled } from "./labelled.ts";

type Drawn = readonly (readonly Line[])[];

/**
 * What must hold in the present step, in at most `room` lines: each whole; or those that hold in a line each; or all in a
 * line each. Where there are more than lines, those that hold give way, and what is not shown is counted.
 */
export const gatesIn = (run: Run, step: Step, width: number, room: number, theme: Theme): readonly Line[] => {
  const isNext = run.asks?.kind === "next";
  const wanted = [...step.before, ...step.after];
  const ways = isNext
    ? [ENDLESS, 1].map((most): Drawn => wanted.map((gate) => wantedLines(gate, width, theme, most)))
    : [() => false, isPassed, () => true].map((isBrief): Drawn =>
        run.gates.map((gate) => gateLines(gate, width, theme, isBrief(gate) ? 1 : ENDLESS)),
      );
  const whole = ways.find((lines) => lines.flat().length <= room);
  if (whole !== undefined) return whole.flat();
  const brief = ways.at(-1) ?? [];
  const passed = isNext ? 0 : run.gates.filter(isPassed).length;
  // What holds was looked at first, so that the last ones are those that matter.
  const over = brief.length - room + 1;
  const words = isNext ? `and ${plural(over, "condition")} more` : `${plural(over, "condition")} looked at before`;
  const note: Line = [piece(words, "dim")];
  return isNext || passed === 0
    ? [...brief.slice(0, brief.length - over).flat(), note]
    : [note, ...brief.slice(over).flat()];
};

const ENDLESS = Number.POSITIVE_INFINITY;

const isPassed = ({ now, final }: GateSeen): boolean => final && now.state === "open";

const wantedLines = ({ wanted, deadlineMs }: Gate, width: number, theme: Theme, most: number): readonly Line[] =>
  labelled("wants", most === 1 ? wanted : `${wanted} (${duration(deadlineMs)} at most)`, "dim", width, theme, most);

/** `● every load balancer says DRAIN: 1 of 2 (3s of 20s)`; in one line what is wanted is cut before what is the case. */
const gateLines = (
  { gate, now, elapsedMs, final }: GateSeen,
  width: number,
  theme: Theme,
  most: number,
): readonly Line[] => {
  const severity = GATE_SEVERITY[now.state];
  const isOpen = now.state === "open";
  const expected = now.expectedMs === undefined ? "" : `, about ${duration(now.expectedMs)} more`;
  const time = isOpen && final ? "" : ` (${duration(elapsedMs)} of ${duration(gate.deadlineMs)}${expected})`;
  const sign = !final && !isOpen ? theme.glyph.pending : theme.symbol[severity];
  const room = Math.max(10, width - 2);
  const is = theme.text(`: ${consoleWords(now.value)}${time}`);
  const wanted = theme.text(gate.wanted);
  const forWanted = Math.max(Math.floor(room / 2), room - widthOf(is));
  const lines =
    most === 1
      ? [cut(`${cutSentence(wanted, forWanted, theme.glyph.cut)}${is}`, room, theme.glyph.cut)]
      : wrap(`${wanted}${is}`, room);
  return lines.map((line, i): Line => [piece(`${i === 0 ? sign : " "} `, severity), piece(line)]);
};
