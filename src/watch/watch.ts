import type { StoreApi } from "zustand/vanilla";
import type { Picture, ProbeEvidence } from "./picture.ts";

/** A running watch over one cluster. The screen and `status` read its store; they never reach a host. */
export interface Watch {
  /** Changes at most every `flushMs`; a `picture` keeps unchanged parts identical, so that selectors and memo work. */
  readonly store: StoreApi<WatchState>;
  /** Evidence is kept out of the picture: it is large and looked at one row at a time. */
  readonly evidence: (probeKey: string) => ProbeEvidence | undefined;
  /** Asks everything now (or all of one host), beside the schedule. */
  readonly refresh: (host?: string) => void;
  /** A paused watch asks nothing; values grow old in sight. */
  readonly pause: (paused: boolean) => void;
  /** Resolves when every probe has been answered once, or at `deadlineMs`. */
  readonly firstPicture: (deadlineMs: number) => Promise<Picture>;
  readonly close: () => Promise<void>;
}

export interface WatchState {
  readonly picture: Picture;
}
