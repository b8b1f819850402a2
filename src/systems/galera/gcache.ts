import type { Known } from "../../connect/sample.ts";
import { duration } from "../format.ts";
import { counterRate } from "../rate.ts";
import { unknownReading, type Reading } from "../reading.ts";
import type { MemberSettings } from "./parse-settings.ts";
import type { MemberView } from "./parse-view.ts";

/** How long a member may be away and still come back by IST from this donor, at the present write rate. */
export interface Gcache {
  readonly heldWriteSets: number;
  /** Absent while nothing is written: then it lasts for ever. */
  readonly windowMs?: number | undefined;
}

/** Writes come in bursts; a rate over ten seconds would jump by hours, and one over two tells nothing at all. */
const RATE_WINDOW_MS = 60_000;
const RATE_LEAST_MS = 20_000;

/**
 * By size where the provider tells it: gcache.size over the bytes written per second, which holds for a member that
 * leaves now. Else by what is held now: (last committed - lowest cached) over the commit rate, which is the same once
 * gcache is full and too short before: of a member that has just caught up, whose position leapt, it says minutes.
 */
export const gcacheOf = (
  view: Reading<MemberView>,
  settings: Reading<MemberSettings>,
  history: readonly Known<MemberView>[],
): Reading<Gcache> => {
  if (view.state === "unknown") return view;
  // A member that has just started has not told its size yet, and is the very one of which the other way says minutes.
  if (settings.state === "unknown") return settings;
  const { lastCommitted, cachedDownTo } = view.value;
  if (lastCommitted === undefined) return unknownReading("missing", "no position: not in a cluster");
  const heldWriteSets = cachedDownTo === undefined ? 0 : Math.max(0, lastCommitted - cachedDownTo + 1);
  const sizeBytes = settings.value.gcacheSizeBytes;
  const bySize = sizeBytes !== undefined && view.value.counters.cachedBytes !== undefined;
  const rate = bySize
    ? counterRate(history, (value) => value.counters.cachedBytes, RATE_WINDOW_MS)
    : counterRate(history, (value) => value.lastCommitted, RATE_WINDOW_MS);
  if (rate.state === "waiting" || rate.overMs < RATE_LEAST_MS)
    return unknownReading("pending", "needs answers over twenty seconds");
  if (rate.perSecond === 0) return { ...view, value: { heldWriteSets } };
  const held = bySize ? sizeBytes : heldWriteSets;
  return { ...view, value: { heldWriteSets, windowMs: Math.round((held / rate.perSecond) * 1_000) } };
};

/** Whether a member that is away can still come back by IST, and for how long. */
export interface Rejoin {
  readonly by: "IST" | "SST";
  /** Time until only SST is left, ms; absent while nothing is written, and for SST. */
  readonly leftMs?: number | undefined;
}

export interface Donor {
  readonly clusterUuid: string;
  readonly lastCommitted?: number | undefined;
  readonly cachedDownTo?: number | undefined;
  readonly gcache: Reading<Gcache>;
}

export interface Away {
  readonly uuid: string;
  /** The last write-set it has. */
  readonly seqno: number;
  readonly sinceMs: number;
}

/** The best any donor can do. Undefined without a donor that can be judged. */
export const rejoinOf = (away: Away, donors: readonly Donor[], nowMs: number): Rejoin | undefined => {
  let best: Rejoin | undefined;
  for (const { clusterUuid, lastCommitted, cachedDownTo, gcache } of donors) {
    if (gcache.state === "unknown" || lastCommitted === undefined) continue;
    const missedNothing = away.seqno >= lastCommitted;
    const holdsTheNext = cachedDownTo !== undefined && cachedDownTo <= away.seqno + 1;
    if (clusterUuid !== away.uuid || !(missedNothing || holdsTheNext)) {
      best ??= { by: "SST" };
      continue;
    }
    const { windowMs } = gcache.value;
    if (windowMs === undefined) return { by: "IST" };
    const leftMs = Math.max(0, windowMs - (nowMs - away.sinceMs));
    if (best?.leftMs === undefined || best.leftMs < leftMs) best = { by: "IST", leftMs };
  }
  return best;
};

/** Beyond this a window at the present write rate says no more than "long". */
const LONG_MS = 7 * 86_400_000;

export const windowWords = (windowMs: number): string => (windowMs > LONG_MS ? ">7d" : duration(windowMs));
