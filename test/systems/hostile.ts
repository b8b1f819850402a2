import fc from "fast-check";
import { clean } from "../../src/connect/clean.ts";

/** Text as a host may send it, before anything has cleaned it: any characters, controls and lone surrogates included. */
export const anyText = fc.oneof(fc.string({ unit: "binary", maxLength: 400 }), fc.string({ maxLength: 400 }));

/** A recorded reply with something cut out and something else put in: nearly right is harder to read than noise. */
export const nearly = (recorded: string): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.nat(recorded.length),
      fc.nat(60),
      fc.oneof(anyText, fc.constantFrom("", "\u001b[2J", "\u202e", "-1", "NaN", "9".repeat(30))),
    )
    .map(([at, cut, put]) => recorded.slice(0, at) + put + recorded.slice(at + cut));

/** Every string anywhere in a value. */
const stringsIn = (value: unknown): readonly string[] => {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap((each) => stringsIn(each));
};

/** What would still move the cursor, recolour or reorder a line, or break it. */
export const harmfulIn = (value: unknown): readonly string[] =>
  stringsIn(value).filter((text) => clean(text) !== text || /[\n\t]/.test(text));

/** Every number anywhere in a value that is not one a daemon can mean. */
export const oddNumbersIn = (value: unknown): readonly number[] => {
  if (typeof value === "number") return Number.isFinite(value) ? [] : [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap((each) => oddNumbersIn(each));
};

/** A third of what a host may answer at once; a pattern that is read in quadratic time needs minutes for it. */
const LONG = 350_000;

/** A line that a pattern almost reads, `middle` repeated until it is long. */
export const longLine = (start: string, middle: string, end = ""): string =>
  start + middle.repeat(Math.ceil(LONG / middle.length)) + end;
