import { z } from "zod";
import type { Sample, UnknownReason } from "../connect/sample.ts";

/** A value in facts and in `status --json`: known with its time, or unknown with the reason. Never null, never 0 for unknown. */
export type Reading<T> =
  | { readonly state: "known"; readonly value: T; readonly atMs: number }
  | {
      readonly state: "unknown";
      readonly reason: UnknownReason;
      readonly detail: string;
      readonly fix?: string | undefined;
      readonly lastAtMs?: number | undefined;
    };

export const unknownReasonSchema = z.enum([
  "pending",
  "stale",
  "timeout",
  "unreachable",
  "refused",
  "auth",
  "host-key",
  "privilege",
  "missing",
  "failed",
  "unreadable",
]) satisfies z.ZodType<UnknownReason>;

export const readingSchema = <T>(value: z.ZodType<T>): z.ZodType<Reading<T>> =>
  z.discriminatedUnion("state", [
    z.object({
      state: z.literal("known"),
      value,
      atMs: z.number().describe("When the answer came, ms since the epoch"),
    }),
    z.object({
      state: z.literal("unknown"),
      reason: unknownReasonSchema,
      detail: z.string().describe("Why it is not known, in words"),
      fix: z.string().optional().describe("What would make it known"),
      lastAtMs: z.number().optional().describe("When it was last known, ms since the epoch"),
    }),
  ]);

/** A sample as facts hold it. */
export const readingOf = <A, B>(sample: Sample<A>, pick: (value: A) => B): Reading<B> =>
  sample.state === "known"
    ? { state: "known", value: pick(sample.value), atMs: sample.atMs }
    : {
        state: "unknown",
        reason: sample.reason,
        detail: sample.detail,
        ...(sample.fix === undefined ? {} : { fix: sample.fix }),
        ...(sample.last === undefined ? {} : { lastAtMs: sample.last.atMs }),
      };

export const unknownReading = (reason: UnknownReason, detail: string, fix?: string): Reading<never> => ({
  state: "unknown",
  reason,
  detail,
  ...(fix === undefined ? {} : { fix }),
});
