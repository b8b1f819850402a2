/** How a console ended. */
export type ConsoleExit =
  | { readonly reason: "quit" }
  /** The terminal went away, or somebody sent a signal. Exit with 128 + its number, as shells expect. */
  | { readonly reason: "signal"; readonly signal: EndSignal }
  /** A defect, or a terminal that cannot be written to. */
  | { readonly reason: "failed"; readonly error: unknown };

export type EndSignal = "SIGTERM" | "SIGHUP" | "SIGINT";

const SIGNALS: readonly EndSignal[] = ["SIGTERM", "SIGHUP", "SIGINT"];

export interface Streams {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
}

/**
 * Watches for everything that ends a console from outside: signals, a terminal that hangs up, exceptions nobody caught.
 * Without it the screen would stay in the alternate buffer with the cursor hidden. Returns the undo.
 */
export const onEnd = ({ stdin, stdout }: Streams, end: (exit: ConsoleExit) => void): (() => void) => {
  const undo: (() => void)[] = [];
  for (const signal of SIGNALS) {
    const heard = (): void => end({ reason: "signal", signal });
    process.on(signal, heard);
    undo.push(() => process.off(signal, heard));
  }
  const failed = (error: unknown): void => end({ reason: "failed", error });
  const hungUp = (): void => end({ reason: "signal", signal: "SIGHUP" });
  process.on("uncaughtException", failed);
  stdin.on("end", hungUp);
  // EIO after a hangup, EPIPE: there is nobody left to draw for.
  stdin.on("error", hungUp);
  stdout.on("error", hungUp);
  return () => {
    for (const each of undo) each();
    process.off("uncaughtException", failed);
    stdin.off("end", hungUp);
    stdin.off("error", hungUp);
    stdout.off("error", hungUp);
  };
};

/** Long enough for the stop to reach this process; where nothing can stop it (no job control) the console just goes on. */
const STOP_MS = 100;

/**
 * Stops the whole foreground group, as the terminal's own ctrl-z would: what started midwatch must stop too, or the
 * shell never gets the terminal back. Resolves after `fg`.
 */
export const stopForNow = async (): Promise<void> => {
  process.kill(0, "SIGTSTP");
  await new Promise((resolve) => {
    setTimeout(resolve, STOP_MS);
  });
};

/**
 * Stops reading what is typed until a reader asks again. Without it this process and the one the terminal is lent to
 * read by turns: the other misses keys, and the console acts on them when it is back.
 */
export const letGo = async ({ stdin }: Streams): Promise<void> => {
  // A stream whose last reader has just left can be paused a turn later, not before.
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
  stdin.pause();
};

/** Clears whatever a stray message left, and puts the cursor where a redraw from the bottom up expects it. */
export const wipe = ({ stdout }: Streams, rows: number): void => {
  stdout.write(`\u001b[2J\u001b[${rows};1H`);
};

/** After a stop that was not ours (SIGSTOP, a debugger): the shell has changed the terminal's mode and screen. */
export const reclaim = ({ stdin, stdout }: Streams): void => {
  if (stdin.isTTY) {
    // The mode is only set again when it seems to change.
    stdin.setRawMode(false);
    stdin.setRawMode(true);
  }
  stdout.write("\u001b[?1049h\u001b[?25l");
};
