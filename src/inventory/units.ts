import { z } from "zod";

const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

const DURATION = 'a duration such as "2s", "3m" or "500ms"';
const PERCENTAGE = 'a percentage such as "90%", at most "100%"';

/** A duration as people write it (`500ms`, `2s`, `3m`, `1h`), read as milliseconds. */
export const durationSchema = z
  .string({ error: DURATION })
  .regex(/^\d{1,6}(\.\d{1,3})?(ms|s|m|h|d)$/, DURATION)
  .transform((text) => {
    const match = /^([\d.]+)([a-z]+)$/.exec(text);
    return Number(match?.[1] ?? 0) * (UNITS_MS[match?.[2] ?? "ms"] ?? 1);
  });

/** How often something is asked: not so often that asking is a load of its own, and within what a timer can hold. */
export const intervalSchema = durationSchema.refine(
  (ms) => ms >= 500 && ms <= 86_400_000,
  'a duration from "500ms" to "1d"',
);

/** A share as people write it (`90%`), read as 0 to 1. */
export const percentSchema = z
  .string({ error: PERCENTAGE })
  .regex(/^(100(\.0+)?|\d{1,2}(\.\d{1,3})?)%$/, PERCENTAGE)
  .transform((text) => Number(text.slice(0, -1)) / 100);
