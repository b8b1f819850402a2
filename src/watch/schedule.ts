import type { Outcome, ReadAccess } from "../connect/access.ts";
import type { Ask } from "../connect/command.ts";
import { failed, shortText } from "../connect/failure.ts";
import type { UnknownReason } from "../connect/sample.ts";
import { problem } from "../connect/ssh/problem.ts";
import type { Slot } from "./slots.ts";

/** Probes due within this time of each other travel together. */
const SLACK_MS = 25;
/** How soon the next candidate is asked when an elected one failed. */
const TAKEOVER_MS = 250;
/**
 * A question asked every few minutes that got no answer is asked again sooner, at first after this long, then twice
 * that …: one lost reply must not leave a verdict unknown until the next round.
 */
const RETRY_MS = 5_000;

const TRANSIENT: ReadonlySet<UnknownReason> = new Set(["timeout", "unreachable", "refused"]);

export interface Schedule {
  readonly start: () => void;
  readonly stop: () => void;
  /** Everything due now that `concerns` (default: everything), whatever its interval. */
  readonly refresh: (concerns?: (slot: Slot, candidate: string) => boolean) => void;
  /** Asks these no later than `withinMs` after they were last asked, once. */
  readonly hurry: (keys: readonly string[], withinMs: number) => void;
}

interface Entry {
  readonly slot: Slot;
  dueMs: number;
  sentMs: number;
  inFlight: boolean;
  unansweredInARow: number;
}

/**
 * Asks every probe at its own pace: one question in flight per probe, all that are due for the same target in one
 * call, and for elected probes one host at a time with the others standing in. Times here are monotonic, so that a
 * clock that is set does not stop or flood the watch.
 */
export const createSchedule = (
  slots: Iterable<Slot>,
  access: Pick<ReadAccess, "ask" | "link">,
  onAnswer: (slot: Slot, seq: number, by: string, outcome: Outcome) => void,
): Schedule => {
  // From now, not from the clock's beginning: the second round would else come before the first is answered.
  const nowMs = performance.now();
  const entries = Array.from(slots, (slot): Entry => ({
    slot,
    dueMs: nowMs,
    sentMs: nowMs,
    inFlight: false,
    unansweredInARow: 0,
  }));
  const byKey = new Map(entries.map((entry) => [entry.slot.probe.key, entry]));
  const election = createElection(access);
  const queues = new Map<string, Promise<void>>();
  let timer: NodeJS.Timeout | undefined;
  let running = false;

  const arm = (): void => {
    clearTimeout(timer);
    if (!running) return;
    const nextMs = Math.min(...entries.filter((entry) => !entry.inFlight).map((entry) => entry.dueMs));
    if (Number.isFinite(nextMs)) timer = setTimeout(tick, Math.max(0, nextMs - performance.now()));
  };

  const tick = (): void => {
    const nowMs = performance.now();
    send(entries.filter((entry) => !entry.inFlight && entry.dueMs <= nowMs + SLACK_MS));
    arm();
  };

  const send = (due: readonly Entry[]): void => {
    // Elected ones first: they go one after another and so end last, and a host has few places side by side.
    sendOneByOne(due.filter((entry) => isElected(entry.slot)));
    const plain = due.filter((entry) => !isElected(entry.slot));
    const groups = Map.groupBy(plain, (entry) => `${entry.slot.probe.ask.kind} ${election.candidate(entry.slot)}`);
    for (const group of groups.values()) {
      const [first] = group;
      if (first !== undefined) void sendGroup(election.candidate(first.slot), group);
    }
  };

  // Elected commands take a cluster-wide lock: side by side they would refuse each other. One queue per group.
  const sendOneByOne = (elected: readonly Entry[]): void => {
    for (const entry of elected) {
      entry.inFlight = true;
      const group = groupOf(entry.slot);
      const before = queues.get(group);
      const go = (): Promise<void> => sendGroup(election.candidate(entry.slot), [entry]);
      const sent = before === undefined ? go() : before.then(go);
      queues.set(group, sent);
      void sent.then(() => queues.get(group) === sent && queues.delete(group));
    }
  };

  const sendGroup = async (target: string, group: readonly Entry[]): Promise<void> => {
    const byAsk = new Map<Ask<"read">, { readonly entry: Entry; readonly seq: number }>();
    const startMs = performance.now();
    for (const entry of group) {
      entry.inFlight = true;
      // From when it was due, so that a cadence does not drift; but never in the past.
      entry.dueMs = Math.max(entry.dueMs, startMs - entry.slot.probe.everyMs) + entry.slot.probe.everyMs;
      entry.sentMs = startMs;
      entry.slot.sentSeq += 1;
      byAsk.set(entry.slot.probe.ask, { entry, seq: entry.slot.sentSeq });
    }
    const deliver = (ask: Ask<"read">, outcome: Outcome): void => {
      const asked = byAsk.get(ask);
      if (asked === undefined) return;
      byAsk.delete(ask);
      const { entry, seq } = asked;
      entry.inFlight = false;
      onAnswer(entry.slot, seq, target, outcome);
      // A host that answers that it cannot say (its daemon is stopped, it may not be asked) is no use either.
      const useful = outcome.ok && !(entry.slot.takenSeq === seq && entry.slot.sample.state === "unknown");
      entry.unansweredInARow = outcome.ok ? 0 : entry.unansweredInARow + 1;
      if (election.failed(entry.slot, target, useful)) entry.dueMs = performance.now() + TAKEOVER_MS;
      else if (!outcome.ok && TRANSIENT.has(outcome.reason)) {
        const soonMs = RETRY_MS * 2 ** Math.min(entry.unansweredInARow - 1, 10);
        entry.dueMs = Math.min(entry.dueMs, performance.now() + soonMs);
      }
      arm();
    };
    try {
      await access.ask(target, [...byAsk.keys()], deliver);
    } catch (error) {
      // A defect, but it must cost these questions, not the watch.
      const nowMs = Date.now();
      const found = problem("failed", `${target}: ${shortText(String(error))}`);
      for (const ask of byAsk.keys()) deliver(ask, failed(found, nowMs));
    }
  };

  return {
    start: () => {
      running = true;
      tick();
    },
    stop: () => {
      running = false;
      clearTimeout(timer);
    },
    refresh: (concerns = () => true) => {
      const nowMs = performance.now();
      for (const entry of entries) if (concerns(entry.slot, election.candidate(entry.slot))) entry.dueMs = nowMs;
      if (running) tick();
    },
    hurry: (keys, withinMs) => {
      for (const key of keys) {
        const entry = byKey.get(key);
        if (entry !== undefined) entry.dueMs = Math.min(entry.dueMs, entry.sentMs + withinMs);
      }
      arm();
    },
  };
};

const isElected = (slot: Slot): boolean => slot.probe.candidates.length > 1;

const groupOf = ({ probe }: Slot): string => probe.group ?? probe.target;

/**
 * Who asks for a group of equals. All probes of one group share the elected host; when it cannot be asked the next
 * takes over, at most once around per round so that a target nobody can answer keeps its ordinary pace.
 */
const createElection = (access: Pick<ReadAccess, "link">) => {
  const heads = new Map<string, string>();
  const failedInARow = new Map<string, number>();

  const candidate = (slot: Slot): string => {
    const { candidates, target } = slot.probe;
    const head = heads.get(groupOf(slot)) ?? candidates[0] ?? target;
    if (!isElected(slot) || access.link(head).state !== "down") return head;
    return candidates.find((host) => access.link(host).state === "up") ?? head;
  };

  /** Records the outcome; true when another candidate should be asked soon. */
  const failed = (slot: Slot, asked: string, useful: boolean): boolean => {
    const { candidates, key } = slot.probe;
    const group = groupOf(slot);
    if (!isElected(slot)) return false;
    if (useful) {
      heads.set(group, asked);
      failedInARow.delete(key);
      return false;
    }
    const times = (failedInARow.get(key) ?? 0) + 1;
    failedInARow.set(key, times);
    if (heads.get(group) === asked || !heads.has(group)) {
      heads.set(group, candidates[(candidates.indexOf(asked) + 1) % candidates.length] ?? asked);
    }
    return times % candidates.length !== 0;
  };

  return { candidate, failed };
};
