import { createStore, type StoreApi } from "zustand/vanilla";

const two = (n: number): string => String(n).padStart(2, "0");

/** Local time of day. */
export const clockTime = (ms: number): string => {
  const date = new Date(ms);
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
};

/** Local day, `2027-01-15`. */
export const localDay = (ms: number): string => {
  const date = new Date(ms);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
};

/** `at 02:31:07`, and the day where it is another: what stands still on the screen must stay true. */
export const atWords = (ms: number, nowMs: number): string => {
  const day = localDay(ms);
  return `${day === localDay(nowMs) ? "" : `on ${day} `}at ${clockTime(ms)}`;
};

export interface Clock {
  readonly store: StoreApi<{ readonly nowMs: number }>;
  readonly stop: () => void;
}

/** A store that moves once a second, on the second: whatever shows an age follows it, and nothing else is redrawn. */
export const startClock = (): Clock => {
  const store = createStore<{ readonly nowMs: number }>(() => ({ nowMs: Date.now() }));
  let timer: NodeJS.Timeout;
  const tick = (): void => {
    const nowMs = Date.now();
    store.setState({ nowMs });
    timer = setTimeout(tick, 1_000 - (nowMs % 1_000));
  };
  tick();
  return { store, stop: () => clearTimeout(timer) };
};
