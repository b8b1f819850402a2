import { z } from "zod";
import { readingSchema } from "../reading.ts";

const byHostClock = "by the host's clock, ms since the epoch";

const hostSchema = z
  .object({
    host: z.string(),
    role: z.enum(["master", "sub"]),
    last: readingSchema(
      z
        .object({
          startedAtMs: z.number().describe(`Start of the last run, ${byHostClock}`),
          finishedAtMs: z.number().optional().describe(`Absent while it runs, ${byHostClock}`),
          result: z.enum(["running", "ok", "failed", "paused"]),
          exitCode: z.number().int().optional(),
          reason: z.string().optional().describe("In the script's words"),
          changed: z.number().int().optional().describe("Files the last run copied"),
          deleted: z.number().int().optional().describe("Files the last run deleted"),
          lastSuccessAtMs: z.number().optional().describe(`End of the last good run, ${byHostClock}`),
        })
        .readonly(),
    ),
    successAgeMs: readingSchema(z.number()).describe("Since the end of the last good run, ms"),
    running: readingSchema(
      z.object({ forMs: z.number().optional().describe("Absent when it does not run") }).readonly(),
    ),
    target: readingSchema(
      z
        .object({
          right: z.boolean().describe("Mounted, and what the inventory wants there"),
          type: z.string().optional().describe("Absent when nothing is mounted: a plain directory"),
          source: z.string().optional(),
          wanted: z.string().describe("In words"),
        })
        .readonly(),
    ),
    drift: readingSchema(
      z
        .object({
          changes: z.number().int().describe("A sync now would create or overwrite"),
          deletions: z.number().int().describe("A sync now would delete"),
          files: z.number().int().describe("Looked at"),
          overtaken: z.boolean().describe("A run has started since it was counted"),
        })
        .readonly(),
    ).describe("By a dry run"),
  })
  .readonly();

export const shadowFactsSchema = z
  .object({
    intervalMs: z.number().describe("How often a sync should run, ms"),
    hosts: z.array(hostSchema).readonly(),
  })
  .readonly();

export type ShadowFacts = z.output<typeof shadowFactsSchema>;
export type ShadowHost = ShadowFacts["hosts"][number];
