import type { Link } from "../access.ts";
import type { Problem } from "./problem.ts";

/** Keeps a host's link as others see it. While it is down, tries in between do not show: only their results do. */
export interface LinkState {
  readonly get: () => Link;
  readonly up: () => void;
  readonly roundTrip: (roundTripMs: number) => void;
  readonly down: (why: Problem, nextTryAtMs?: number) => void;
}

export const openLinkState = (onChange: (link: Link) => void): LinkState => {
  let link: Link = { state: "connecting", sinceMs: Date.now() };
  const set = (next: Link): void => {
    link = next;
    onChange(next);
  };
  return {
    get: () => link,
    up: () => set({ state: "up", sinceMs: Date.now() }),
    roundTrip: (roundTripMs) => {
      if (link.state === "up") set({ ...link, roundTripMs });
    },
    down: ({ reason, detail, fix }, nextTryAtMs) =>
      set({
        state: "down",
        sinceMs: link.state === "down" ? link.sinceMs : Date.now(),
        reason,
        detail,
        ...(fix === undefined ? {} : { fix }),
        ...(nextTryAtMs === undefined ? {} : { nextTryAtMs }),
      }),
  };
};
