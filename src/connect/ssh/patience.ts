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

export const startPatience = (deadlineMs: number, onOut: () => void): Patience => {
  let timer: NodeJS.Timeout | undefined = setTimeout(onOut, deadlineMs);
  let held = false;
  let stopped = false;
  return {
    hold: () => {
      held = true;
      clearTimeout(timer);
    },
    resume: () => {
      if (!held || stopped) return;
      held = false;
      timer = setTimeout(onOut, deadlineMs);
    },
    held: () => held && !stopped,
    stop: () => {
      stopped = true;
      clearTimeout(timer);
      timer = undefined;
    },
  };
};
