import { isRunning } from "../record/is-running.ts";
import type { Standing } from "../record/replay.ts";
import { duration } from "../systems/format.ts";

/** `drain of web2 stopped at step 3 of 6, "wait for its sessions to end", 4m ago by alex on bastion: …`. */
export const standingLine = (standing: Standing, nowMs = Date.now()): string => {
  const { opened, hand, phase, step, why, result, lastAtMs } = standing;
  const at = opened.steps.findIndex(({ id }) => id === step);
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
