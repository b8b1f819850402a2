import { z } from "zod";

const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A duration as people write it (`500ms`, `2s`, `3m`, `1h`), read as milliseconds. */
export const durationSchema = z
  .string()
  .regex(/^\d+(\.\d+)?(ms|s|m|h|d)$/, 'a duration such as "2s", "3m" or "500ms"')
  .transform((text) => {
    const match = /^([\d.]+)([a-z]+)$/.exec(text);
    return Number(match?.[1] ?? 0) * (UNITS_MS[match?.[2] ?? "ms"] ?? 1);
  });

/** A share as people write it (`90%`), read as 0 to 1. */
export const percentSchema = z
  .string()
  .regex(/^\d{1,3}(\.\d+)?%$/, 'a percentage such as "90%"')
  .transform((text) => Number(text.slice(0, -1)) / 100);
