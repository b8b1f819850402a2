/** Plain lines with timing, readable in a log as well as on a terminal. */
const begun = performance.now();

const seconds = (fromMs: number): string => ((performance.now() - fromMs) / 1000).toFixed(1);

// A reader that closes early (`| head`) must not stop work half-way.
process.stdout.on("error", () => undefined);

export const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

/** Does a piece of work and prints one line when it is done: time since the start, what, and how long it took. */
export const step = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
  const from = performance.now();
  const result = await work();
  say(`${seconds(begun).padStart(6)} s  ${what} (${seconds(from)} s)`);
  return result;
};

/** Like `step`, for work worth announcing because it takes long. */
export const longStep = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
  say(`${seconds(begun).padStart(6)} s  ${what} …`);
  return step(what, work);
};
