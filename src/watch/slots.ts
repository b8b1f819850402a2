import type { Outcome } from "../connect/access.ts";
import { describeReply, describeSend } from "../connect/describe.ts";
import { EVIDENCE_LIMIT, type Evidence, type Known, type Sample } from "../connect/sample.ts";
import type { Probe } from "../systems/probe.ts";

/** How much past a rate or a trend may need. */
const HISTORY_MS = 600_000;
/** What is asked seldom is kept longer: a heal that does not fall is an alarm only after twenty minutes. */
const HISTORY_SELDOM_MS = 1_800_000;
const SELDOM_MS = 5_000;
const HISTORY_COUNT = 400;

/** Everything kept about one probe. Changed only here. */
export interface Slot {
  readonly probe: Probe;
  sample: Sample<unknown>;
  readonly history: Known<unknown>[];
  evidence: Evidence | undefined;
  /** Numbers of the newest question sent and of the newest answer taken: a late answer has an old number. */
  sentSeq: number;
  takenSeq: number;
}

export const createSlot = (probe: Probe, nowMs: number): Slot => ({
  probe,
  sample: { state: "unknown", reason: "pending", detail: "not asked yet", atMs: nowMs },
  history: [],
  evidence: undefined,
  sentSeq: 0,
  takenSeq: 0,
});

/** Takes an answer in, unless a newer one came first. */
export const take = (slot: Slot, seq: number, by: string, outcome: Outcome): void => {
  if (seq <= slot.takenSeq) return;
  slot.takenSeq = seq;
  slot.evidence = evidenceOf(slot.probe, by, outcome);
  const last = slot.history.at(-1);
  const unknown = (
    atMs: number,
    why: Pick<Extract<Sample<unknown>, { state: "unknown" }>, "reason" | "detail" | "fix">,
  ) => {
    slot.sample = { state: "unknown", atMs, ...why, ...(last === undefined ? {} : { last }) };
  };
  if (!outcome.ok) {
    const { reason, detail, fix, atMs } = outcome;
    unknown(atMs, { reason, detail, ...(fix === undefined ? {} : { fix }) });
    return;
  }
  const { reply } = outcome;
  const answer = slot.probe.ask.parse(reply);
  if (!answer.ok) {
    const { reason, problem, fix } = answer;
    unknown(reply.receivedAtMs, { reason, detail: problem, ...(fix === undefined ? {} : { fix }) });
    return;
  }
  const known: Known<unknown> = {
    state: "known",
    value: answer.value,
    atMs: reply.receivedAtMs,
    tookMs: reply.receivedAtMs - reply.sentAtMs,
    by,
  };
  slot.sample = known;
  remember(slot.history, known, slot.probe.everyMs >= SELDOM_MS ? HISTORY_SELDOM_MS : HISTORY_MS);
};

const remember = (history: Known<unknown>[], known: Known<unknown>, keptMs: number): void => {
  history.push(known);
  const oldestMs = known.atMs - keptMs;
  let drop = Math.max(0, history.length - HISTORY_COUNT);
  while (drop < history.length - 1 && (history[drop]?.atMs ?? oldestMs) < oldestMs) drop += 1;
  if (drop > 0) history.splice(0, drop);
};

const evidenceOf = (probe: Probe, by: string, outcome: Outcome): Evidence => {
  const sentAtMs = outcome.ok ? outcome.reply.sentAtMs : outcome.sentAtMs;
  const atMs = outcome.ok ? outcome.reply.receivedAtMs : outcome.atMs;
  const raw = outcome.ok ? (probe.ask.conceal ?? describeReply(outcome.reply)) : outcome.detail;
  return {
    commandId: probe.ask.commandId,
    sent: describeSend(probe.ask.send, probe.ask.privilege),
    target: by,
    atMs,
    tookMs: atMs - sentAtMs,
    raw:
      raw.length > EVIDENCE_LIMIT
        ? `${raw.slice(0, EVIDENCE_LIMIT)}\n… cut here, ${raw.length} characters in all`
        : raw,
  };
};

/**
 * A known value that is too old, or claims to come from the future because a clock was set back, stops standing as
 * live: three intervals and the deadline without an answer.
 */
export const freshen = (slot: Slot, nowMs: number): Sample<unknown> => {
  const { sample, probe } = slot;
  if (sample.state !== "known") return sample;
  const ageMs = nowMs - sample.atMs;
  if (ageMs <= 3 * probe.everyMs + probe.ask.deadlineMs && ageMs > -5_000) return sample;
  return {
    state: "unknown",
    reason: "stale",
    detail: `no newer answer for ${Math.round(Math.abs(ageMs) / 1_000)} s`,
    atMs: nowMs,
    last: sample,
  };
};
