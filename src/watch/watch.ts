import { createStore, type StoreApi } from "zustand/vanilla";
import type { ReadAccess } from "../connect/access.ts";
import type { Cluster } from "../inventory/cluster.ts";
import { hurried } from "../safety/damping.ts";
import { duration } from "../systems/format.ts";
import type { Rule } from "../systems/rule.ts";
import type { SealedSystem } from "../systems/sealed.ts";
import type { TimelineEvent } from "./event.ts";
import { lookAt, type Looking } from "./look.ts";
import type { Picture, ProbeEvidence } from "./picture.ts";
import { RECENT, withRecent, type Recorder } from "./recorder.ts";
import { createSchedule } from "./schedule.ts";
import { createSlot, freshen, take, type Slot } from "./slots.ts";
import { lockProbes } from "./under-way.ts";

/** A running watch over one cluster. The screen and `status` read its store; they never reach a host. */
export interface Watch {
  /** Changes at most every `flushMs`; a `picture` keeps unchanged parts identical, so that selectors and memo work. */
  readonly store: StoreApi<WatchState>;
  /** Evidence is kept out of the picture: it is large and looked at one row at a time. */
  readonly evidence: (probeKey: string) => ProbeEvidence | undefined;
  /** The catalogue entry of a finding; undefined for one that stands in no catalogue. */
  readonly rule: (findingId: string) => Rule | undefined;
  /** A person's wish: asks everything now (or all of one host), and tries every lost host again, one that refused the login too. */
  readonly refresh: (host?: string) => void;
  /** Asks everything now, beside the schedule. Lost hosts wait for their back-off: servers ban whoever keeps failing. */
  readonly askNow: () => void;
  /** A paused watch asks nothing and freezes its picture: `paused` is true and `nowMs` stands still, so its age can be shown. */
  readonly pause: (paused: boolean) => void;
  /** Resolves when every probe has been answered once, or after `withinMs`. */
  readonly firstPicture: (withinMs: number) => Promise<Picture>;
  readonly close: () => Promise<void>;
}

export interface WatchState {
  readonly picture: Picture;
}

export interface WatchOptions {
  readonly cluster: Cluster;
  readonly access: ReadAccess;
  readonly systems: readonly SealedSystem[];
  /** How often answers reach the store, in ms; also how often ages move on. */
  readonly flushMs?: number;
  /** Hold findings back until a second bad answer (default). A single look shows them at once. */
  readonly damped?: boolean;
  /** Keeps the timeline; without one it is in memory only. */
  readonly recorder?: Recorder;
}

/** A watch that has not looked for so long was not running. */
const ASLEEP_MS = 15_000;

export const startWatch = (options: WatchOptions): Watch => {
  const { cluster, access, systems, flushMs = 500, damped = true, recorder } = options;
  const present = systems.filter((system) => system.present(cluster));
  const slots = new Map<string, Slot>();
  const keys = new Map<string, readonly string[]>();
  for (const probe of lockProbes(cluster)) slots.set(probe.key, createSlot(probe, Date.now()));
  for (const system of present) {
    const probes = system.probes(cluster);
    for (const probe of probes) slots.set(probe.key, createSlot(probe, Date.now()));
    keys.set(
      system.id,
      probes.map((probe) => probe.key),
    );
  }
  const looking: Looking = {
    cluster,
    systems: present,
    slots,
    keysOf: (id) => keys.get(id) ?? [],
    link: access.link,
    damped,
  };
  let looked = lookAt(looking, Date.now(), undefined);
  const store = createStore<WatchState>(() => ({ picture: looked.picture }));

  const show = (recent: readonly TimelineEvent[]): void => {
    looked = { ...looked, picture: { ...looked.picture, recent } };
    store.setState(({ picture }) => ({ picture: { ...picture, recent } }));
  };
  /** Midwatch's own word on its watching, which is in the timeline too. */
  const say = (to: string, severity: TimelineEvent["severity"], kept = true): void => {
    // A single look leaves no trace.
    if (!damped) return;
    const event: TimelineEvent = { atMs: Date.now(), system: "midwatch", subject: "midwatch", to, severity };
    show(withRecent(looked.picture.recent, [event]));
    if (kept) recorder?.write([event]);
  };
  say("started watching", "ok");
  void recorder?.past.then((past) => show([...looked.picture.recent, ...past].slice(0, RECENT)));

  let paused = false;
  let lostWord: string | undefined;
  let flushedAtMs = Date.now();
  const flush = (): void => {
    if (paused) return;
    const gapMs = Date.now() - flushedAtMs;
    flushedAtMs += gapMs;
    if (gapMs > ASLEEP_MS) say(`saw nothing for ${duration(gapMs)}: asleep, stopped, or the clock was set`, "unknown");
    looked = lookAt(looking, Date.now(), looked);
    store.setState({ picture: looked.picture });
    for (const damping of looked.damping.values())
      for (const { evidence, withinMs } of hurried(damping, looked.picture.nowMs)) schedule.hurry(evidence, withinMs);
    if (looked.events.length > 0) recorder?.write(looked.events);
    const problem = recorder?.problem();
    if (problem !== undefined && lostWord === undefined) say(problem, "warning", false);
    lostWord ??= problem;
  };
  const waiters = new Set<() => void>();
  const schedule = createSchedule(slots.values(), access, (slot, seq, by, outcome) => {
    take(slot, seq, by, outcome);
    if (waiters.size > 0 && complete(slots)) for (const done of waiters) done();
  });
  schedule.start();
  const refresh = (host?: string): void =>
    schedule.refresh(
      host === undefined ? undefined : (slot, candidate) => candidate === host || slot.probe.target === host,
    );
  const lost = new Set<string>();
  const unlink = access.onLink((host, { state }) => {
    if (state === "down") lost.add(host);
    // What was asked in vain would else be asked again at its own pace, minutes later. Only once it is back: a link that
    // is up says so again with every round trip it measures.
    if (state === "up" && lost.delete(host) && !paused) refresh(host);
  });
  const flusher = setInterval(flush, flushMs);

  return {
    store,
    evidence: (key) => evidenceOf(slots.get(key)),
    rule: (id) => present.flatMap(({ rules }) => rules).find((rule) => rule.id === id),
    refresh: (host) => {
      access.retry(host);
      refresh(host);
    },
    askNow: () => refresh(),
    pause: (wanted) => {
      if (wanted === paused) return;
      paused = wanted;
      if (wanted) {
        schedule.stop();
        store.setState(({ picture }) => ({ picture: { ...picture, paused: true } }));
        say("paused: nothing is asked", "info");
      } else {
        say("goes on", "ok");
        flushedAtMs = Date.now();
        schedule.start();
        schedule.refresh();
      }
    },
    firstPicture: async (withinMs) => {
      if (!complete(slots)) await settled(waiters, withinMs);
      flush();
      return store.getState().picture;
    },
    close: async () => {
      clearInterval(flusher);
      unlink();
      schedule.stop();
      say("stopped watching", "info");
      await Promise.all([recorder?.close(), access.close()]);
    },
  };
};

const complete = (slots: ReadonlyMap<string, Slot>): boolean => [...slots.values()].every((slot) => slot.takenSeq > 0);

const settled = (waiters: Set<() => void>, withinMs: number): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      waiters.delete(done);
      resolve();
    };
    const timer = setTimeout(done, withinMs);
    waiters.add(done);
  });

const evidenceOf = (slot: Slot | undefined): ProbeEvidence | undefined => {
  if (slot === undefined) return undefined;
  const sample = freshen(slot, Date.now());
  return {
    key: slot.probe.key,
    everyMs: slot.probe.everyMs,
    outcome:
      sample.state === "known"
        ? { state: "known" }
        : {
            state: "unknown",
            reason: sample.reason,
            detail: sample.detail,
            ...(sample.fix === undefined ? {} : { fix: sample.fix }),
          },
    ...(slot.evidence === undefined ? {} : { evidence: slot.evidence }),
  };
};
