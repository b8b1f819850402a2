/**
 * The deadline of a connection being made. It stands still while a person is being asked: the host is not to blame for
 * the time it takes to compare a fingerprint.
 */
export interface Patience {
  /** A person is being asked. */
  readonly hold: () => void;
  /** The answer came: begin the deadline anew. */
  readonly resume: () => void;
  readonly held: () => boolean;
  readonly stop: () => void;
}

/** Called before the deadline: it may still come right, but whoever waits should hear why it takes so long. */
export interface Slow {
  readonly afterMs: number;
  readonly onSlow: () => void;
}

export const startPatience = (deadlineMs: number, onOut: () => void, slow?: Slow): Patience => {
  let timers: readonly NodeJS.Timeout[] = [];
  let held = false;
  let stopped = false;
  const begin = (): void => {
    const out = setTimeout(onOut, deadlineMs);
    timers = slow === undefined || slow.afterMs >= deadlineMs ? [out] : [out, setTimeout(slow.onSlow, slow.afterMs)];
  };
  const clear = (): void => {
    for (const timer of timers) clearTimeout(timer);
  };
  begin();
  return {
    hold: () => {
      held = true;
      clear();
    },
    resume: () => {
      if (!held || stopped) return;
      held = false;
      begin();
    },
    held: () => held && !stopped,
    stop: () => {
      stopped = true;
      clear();
    },
  };
};
