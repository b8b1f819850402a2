/** The middle one; of an even count the lower middle. */
export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? Number.NaN;

export const line = (what: string, figure: string): void => {
  console.log(`${what.padEnd(58)}${figure}`);
};
