/** Notices a connection that has gone silent: a cut network tells nobody. */
export interface Pulse {
  /** Bytes came. */
  readonly heard: () => void;
  /** How long nothing has come, ms. */
  readonly silentMs: () => number;
  readonly stop: () => void;
}

const TICK_MS = 250;

/**
 * Counts silence in ticks of our own running, so that time in which this process slept or was held up (a suspended
 * laptop, Ctrl-Z, a terminal that blocks) is not blamed on the host: its bytes wait in the socket.
 */
export const startPulse = (limitMs: number, onSilent: (silentMs: number) => void): Pulse => {
  let silentMs = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    silentMs += Math.min(now - last, 2 * TICK_MS);
    last = now;
    if (silentMs < limitMs) return;
    clearInterval(timer);
    onSilent(silentMs);
  }, TICK_MS);
  return {
    heard: () => {
      silentMs = 0;
    },
    silentMs: () => silentMs,
    stop: () => clearInterval(timer),
  };
};
