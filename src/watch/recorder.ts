import type { TimelineEvent } from "./event.ts";

/** Where a watch keeps its timeline. The watch never waits for it, and goes on when it fails. */
export interface Recorder {
  /** The newest of what earlier runs kept, newest first; never rejects. */
  readonly past: Promise<readonly TimelineEvent[]>;
  /** Takes events, oldest first, and returns at once. Never throws. */
  readonly write: (events: readonly TimelineEvent[]) => void;
  /** Why something could not be kept, once that has happened. */
  readonly problem: () => string | undefined;
  /** Resolves when everything is kept, or soon. */
  readonly close: () => Promise<void>;
}

/** How many events stand ready to be shown. */
export const RECENT = 200;

/** More events before those that are there; newest first. */
export const withRecent = (
  recent: readonly TimelineEvent[],
  events: readonly TimelineEvent[],
): readonly TimelineEvent[] => (events.length === 0 ? recent : [...events.toReversed(), ...recent].slice(0, RECENT));
