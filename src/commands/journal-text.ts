import { isRunning } from "../record/is-running.ts";
import type { LockNote } from "../record/lock-note.ts";
import { holderWords, type LockValue } from "../record/lock-value.ts";
import { cleanLine } from "../connect/clean.ts";
import { stepIndex, type Standing } from "../record/replay.ts";
import { duration } from "../systems/format.ts";

/** `drain of web2 stopped at step 3 of 6, "wait for its sessions to end", 4m ago by alex on bastion: …`. */
export const standingLine = (standing: Standing, nowMs = Date.now()): string => {
  const { opened, hand, phase, why, result, lastAtMs } = standing;
  const at = stepIndex(standing);
  const where = at < 0 ? "" : ` at step ${at + 1} of ${opened.steps.length}, "${opened.steps[at]?.title ?? ""}"`;
  const cutOff = { running: "was cut off", stopped: "stopped", undoing: "was being taken back", closed: "ended" }[
    phase
  ];
  const words = isRunning(standing) ? "is being run" : cutOff;
  const how = result === undefined ? `${words}${where}` : { done: "done", undone: "taken back", left: "left" }[result];
  const because = why === undefined ? "" : `: ${why}`;
  return `${opened.procedure} of ${opened.subject} ${how}, ${duration(nowMs - lastAtMs)} ago by ${hand.operator} on ${hand.machine}${because} (${opened.id})`;
};

/** What it sent, and what became of it: how the cluster was left, as far as the journal knows. */
export const sentLines = ({ changes, unreadable }: Standing): readonly string[] => [
  ...changes.map(
    ({ target, sent, undo, outcome }) =>
      `  ${undo ? "back" : "sent"}  ${target}: ${sent}: ${outcome ?? "not known whether it arrived"}`,
  ),
  ...(unreadable === 0 ? [] : [`  ${unreadable} lines cannot be read: one cut by a crash was never acted on`]),
];

/** That somebody else has been at the cluster since this journal was written last; undefined when nobody was. */
export const overtakenLine = (
  { opened, hand }: Standing,
  note: LockNote | undefined,
  fence: number,
): string | undefined => {
  if (hand.fence === undefined || fence <= hand.fence) return undefined;
  if (note?.procedure === opened.id)
    return `  since then ${cleanLine(note.operator)} on ${cleanLine(note.machine)} has taken it over`;
  return note === undefined
    ? "  since then somebody else has had the cluster's lock and ended: look before you go on"
    : `  since then ${cleanLine(note.operator)} on ${cleanLine(note.machine)} has begun ${cleanLine(note.title)}`;
};

/** A procedure of another machine, as the note beside the cluster's lock tells it: who, what, where, since when, which step. */
export const noteLines = (
  { title, operator, machine, step, sinceMs, atMs, procedure, essentials }: LockNote,
  holder: LockValue | undefined,
  nowMs = Date.now(),
): readonly string[] => {
  const at = essentials?.at;
  const where = at === undefined ? `"${step}"` : `${at.number} of ${at.of}, "${at.title}"`;
  const is =
    holder?.procedure === procedure
      ? `is being run by ${holderWords(holder)}`
      : `was left by ${operator} on ${machine}`;
  const why = essentials === undefined ? "" : ` (${essentials.reason})`;
  return [
    `on the cluster: ${title} ${is}${why}: begun ${duration(nowMs - sinceMs)} ago, at step ${where} since ${duration(nowMs - atMs)} (${procedure})`,
    ...(essentials === undefined
      ? ["  its journal is too long to be kept on the cluster: only that machine can go on with it"]
      : essentials.changes.map(
          ({ target, sent, undo, outcome }) =>
            `  ${undo ? "back" : "sent"}  ${target}: ${sent === "" ? "(too long)" : sent}: ${outcome ?? "not known whether it arrived"}`,
        )),
  ].map(harmless);
};

// Remote text was made harmless on its way; the note's own escapes were undone since.
const harmless = (line: string): string => line.slice(0, line.length - line.trimStart().length) + cleanLine(line);
