import { cleanLine } from "../../connect/clean.ts";
import { describeSend } from "../../connect/describe.ts";
import type { Procedure } from "../../procedures/procedure.ts";
import { touchedSteps } from "../../procedures/undo.ts";
import { stepIndex, wasSent, type Standing } from "../../record/replay.ts";
import { plural } from "../../systems/format.ts";
import { atWords } from "../clock.ts";
import type { ChoiceQuestion, Words } from "../prompts.ts";
import { cut } from "../text.ts";
import { keptWords } from "./plan-words.ts";
import { SIGN } from "../theme.ts";
import { consoleWords } from "./console-words.ts";
import type { Others } from "./hand.ts";

/** `drain of web2 stopped at step 3 of 6, "wait for its sessions to end"`. */
export const stoppedAt = (standing: Standing): string => {
  const { opened, phase } = standing;
  const how = { running: "was cut off", stopped: "stopped", undoing: "was being taken back", closed: "ended" }[phase];
  const at = stepIndex(standing);
  const where = at < 0 ? "" : ` at step ${at + 1} of ${opened.steps.length}, "${opened.steps[at]?.title ?? ""}"`;
  return `${opened.procedure} of ${opened.subject} ${how}${where}`;
};

/** `sam on bastion runs: drain of web2, begun 4m ago, at step 3 of 6`: who, what, where; since when as `when` says it. */
export const othersWords = ({ holder, note }: Others, when: (ms: number) => string): string => {
  const who = holder ?? note;
  if (who === undefined) return "";
  const name = cleanLine(`${who.operator} on ${who.machine}`);
  if (note === undefined) return `${name} has the cluster's lock for ${cleanLine(who.procedure)}`;
  const at = note.essentials?.at;
  const where = at === undefined ? "" : `, at step ${at.number} of ${at.of}`;
  const does = holder === undefined ? "left unfinished" : "runs";
  return `${name} ${does}: ${cleanLine(note.title)}, begun ${when(note.sinceMs)}${where}`;
};

/** What brought it up. */
export interface UnfinishedAsked {
  /** It is theirs. */
  readonly others?: Others | undefined;
  /** What cannot begin before it is over, and how it can, in words. */
  readonly waits?: string;
}

/** Something else was to begin: why it waits, and which keys go on. */
export const waitsWords = (what: string, key: string, keysOf: (action: string) => string): string =>
  `${what} must wait: one procedure at a time, and this one is unfinished. Choose below how it goes on (${keysOf("nextItem")}, then ${keysOf("take")}); after that ${key === "" ? "begin anew" : `${key} again`}.`;

/**
 * A procedure that was begun and has not ended: how it was left, and what each way on would send. `procedure` is absent
 * where it cannot be made again, with the reason in `why`.
 */
export const unfinishedQuestion = (
  standing: Standing,
  procedure: Procedure | undefined,
  why: string,
  nowMs: number,
  { others, waits }: UnfinishedAsked = {},
): ChoiceQuestion => {
  const { hand, lastAtMs, why: because } = standing;
  const when = (ms: number): string => atWords(ms, nowMs);
  const take = others === undefined ? "" : "Take over. ";
  const stays = procedure?.steps.find(({ id }) => id === standing.step)?.stays;
  return {
    kind: "choice",
    severity: "warning",
    title: others?.holder === undefined ? "unfinished" : "somebody else is at it",
    body: [
      ...(waits === undefined ? [] : [{ text: waits, tone: "warning" } as const, ""]),
      ...(others === undefined ? [] : [{ text: `${othersWords(others, when)}.`, tone: "warning" } as const]),
      ...(others?.holder === undefined
        ? []
        : ["Taking over stops the other one at its next safe point. Talk to them first."]),
      ...(others?.holder === undefined
        ? [{ text: `${stoppedAt(standing)}, ${when(lastAtMs)}.`, tone: "warning" } as const]
        : []),
      ...(stays === undefined || !standing.changes.some(wasSent) ? [] : [`Now: ${consoleWords(stays)}.`]),
      ...(because === undefined ? [] : [{ text: `Why: ${consoleWords(because)}`, tone: "plain", hang: 5 } as const]),
      { text: `Begun by ${hand.operator} on ${hand.machine}: ${hand.reason}`, tone: "plain", hang: 2 },
      "",
      ...sentWords(standing),
      ...waysOn(standing, procedure, why),
    ],
    list: true,
    choices: [
      { id: "look", label: "Look on first: nothing is sent; v comes back to this" },
      ...(procedure === undefined
        ? []
        : [
            ...(standing.phase === "undoing" ? [] : [{ id: "resume", label: `${take}Resume: go on where it stopped` }]),
            { id: "undo", label: `${take}Undo: take back what was sent` },
          ]),
      ...(others === undefined ? [{ id: "leave", label: "Leave it as it is: somebody else puts it in order" }] : []),
    ],
  };
};

/** Enough to know it again; the journal has it whole. */
const BRIEF = 50;

const sentWords = ({ changes }: Standing): readonly Words[] => {
  const shown = changes.filter(({ action }) => !action.startsWith("log "));
  if (shown.length === 0) return ["Nothing was sent."];
  return [
    "Sent so far:",
    ...shown.map(({ target, sent, undo, outcome }): Words => {
      const result = outcome ?? "not known whether it arrived";
      const tone = outcome === "done" ? "plain" : "unknown";
      return {
        text: `${target}  ${cut(sent, BRIEF, "…")}: ${undo ? "taken back, " : ""}${result}`,
        tone,
        indent: 4,
        hang: 4,
      };
    }),
  ];
};

const waysOn = (standing: Standing, procedure: Procedure | undefined, why: string): readonly Words[] => {
  if (procedure === undefined) return [{ text: `${SIGN.critical} ${consoleWords(why)}`, tone: "critical", hang: 2 }];
  const missing = procedure.steps
    .filter(({ id }) => !standing.finished.has(id) && !standing.leftOut.has(id))
    .flatMap(({ actions }) => actions);
  const back = undoOf(standing, procedure);
  return [
    "Resume looks at what is there first, and sends what is missing" +
      (missing.length === 0 ? ": nothing, as it stands." : `, at most ${plural(missing.length, "command")}.`),
    back.length === 0 ? "Undo would send nothing." : "Undo would send:",
    ...back.map((text): Words => ({ text, tone: "plain", indent: 4, hang: 4 })),
    ...keptWords(
      procedure.steps.filter(({ id }) => standing.changes.some((change) => change.step === id && wasSent(change))),
    ),
  ];
};

const undoOf = (standing: Standing, procedure: Procedure): readonly string[] =>
  touchedSteps(procedure, standing)
    .flatMap(({ actions }) => actions)
    .flatMap(({ target, undo, undoFirst }) =>
      [...(undoFirst === undefined ? [] : [undoFirst]), ...(undo === undefined ? [] : [undo])].map(
        ({ send, privilege }) => `${target}  ${describeSend(send, privilege)}`,
      ),
    );
