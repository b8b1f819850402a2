import type { Rate } from "./rate.ts";
import { unknownReading, type Reading } from "./reading.ts";

export const mapReading = <A, B>(reading: Reading<A>, f: (value: A) => B): Reading<B> =>
  reading.state === "known" ? { ...reading, value: f(reading.value) } : reading;

/** As {@link mapReading} where the answer itself may lack the value: then it is missing, and `why` says so. */
export const pickReading = <A, B>(reading: Reading<A>, pick: (value: A) => B | undefined, why: string): Reading<B> => {
  if (reading.state === "unknown") return reading;
  const value = pick(reading.value);
  return value === undefined ? unknownReading("missing", why) : { ...reading, value };
};

/** A rate beside the sample it was made from: unknown with it, and pending while it waits for a second sample. */
export const rateReading = (of: Reading<unknown>, rate: Rate): Reading<number> => {
  if (of.state === "unknown") return of;
  return rate.state === "known"
    ? { state: "known", value: rate.perSecond, atMs: of.atMs }
    : unknownReading("pending", rate.why);
};
