/** As a shell tells of a program that SIGPIPE has ended. */
const BROKEN_PIPE = 141;

/**
 * A reader that has gone (`| head`) ends the process without a word, unless somebody else listens: whoever is in the
 * middle of something has its own idea of how to end.
 */
export const endWithReader = (): void => {
  process.stdout.on("error", (error) => {
    if (process.stdout.listenerCount("error") > 1) return;
    if ("code" in error && error.code === "EPIPE") process.exit(BROKEN_PIPE);
    process.stderr.write(`midwatch: not all of the output could be written: ${error.message}\n`);
  });
  // Nothing is left to say it to.
  process.stderr.on("error", () => undefined);
};
