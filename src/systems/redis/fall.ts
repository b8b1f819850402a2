/** Keys that were there and are not. */
export interface Fall {
  /** Without those whose time was over meanwhile. */
  readonly from: number;
  readonly to: number;
  /** Of the first count that was so low. */
  readonly atMs: number;
}

interface Count {
  readonly atMs: number;
  readonly count: number;
  /** Keys whose time was over, since the process started; left out where these are not counted for the same keys. */
  readonly expired?: number | undefined;
}

const WINDOW_MS = 60_000;
/** Below this a handful of people going home is half of them. */
const LEAST = 20;

/**
 * The newest fall by half or more within a minute, as long as half of what was has not come back. Keys that expire, such
 * as a robot's that were made together, are not lost.
 */
export const fallOf = (counts: readonly Count[]): Fall | undefined => {
  const now = counts.at(-1)?.count ?? 0;
  let fall: Fall | undefined;
  counts.forEach(({ atMs, count, expired }, i) => {
    let from = 0;
    for (let at = i - 1; at >= 0; at -= 1) {
      const before = counts[at];
      if (before === undefined || atMs - before.atMs > WINDOW_MS) break;
      from = Math.max(from, before.count - grown(before.expired, expired));
    }
    if (from < LEAST || count > from / 2) return;
    // The same fall seen again a moment later keeps its time; a deeper one its depth.
    fall = fall !== undefined && atMs - fall.atMs <= WINDOW_MS ? { ...fall, to: count } : { from, to: count, atMs };
  });
  return fall === undefined || now > fall.from / 2 ? undefined : fall;
};

/** By how much a counter grew; one that is smaller than before began anew, and tells nothing. */
const grown = (before: number | undefined, now: number | undefined): number =>
  before === undefined || now === undefined ? 0 : Math.max(0, now - before);
