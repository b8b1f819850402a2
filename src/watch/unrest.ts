/** How often a thing changed lately. */
export interface Unrest {
  /** Within the last {@link WINDOW_MS}. */
  readonly changesMs: readonly number[];
  /** It changes so often that single changes tell nothing. */
  readonly restless: boolean;
}

export const CALM: Unrest = { changesMs: [], restless: false };

/** More changes than this within the window is flapping; a member that restarts and rejoins makes six. */
const MOST = 10;
const WINDOW_MS = 300_000;
/** As long without a change, and a restless thing is calm again. */
const CALM_AFTER_MS = 120_000;

/** After one more change. */
export const afterChange = ({ changesMs, restless }: Unrest, nowMs: number): Unrest => {
  const recent = [...changesMs.filter((atMs) => nowMs - atMs < WINDOW_MS), nowMs];
  return { changesMs: recent.slice(-MOST - 1), restless: restless || recent.length > MOST };
};

/** After a look without a change. */
export const afterStillness = (unrest: Unrest, nowMs: number): Unrest =>
  unrest.restless && nowMs - (unrest.changesMs.at(-1) ?? 0) >= CALM_AFTER_MS ? CALM : unrest;
