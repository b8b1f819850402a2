import { z } from "zod";
import { readingSchema } from "../reading.ts";
import { unitStateSchema } from "../unit.ts";

const phpSchema = z
  .object({
    how: z
      .enum(["module", "fpm", "none"])
      .describe("How PHP runs by the configuration; none: neither a module nor FPM is seen there"),
    version: z.string().optional().describe("Absent when the files do not tell"),
    installed: z.array(z.string()).readonly().describe("libphp*.so that are there, by version"),
    enabled: z.array(z.string()).readonly().describe("Modules enabled, by version"),
    lost: z.array(z.string()).readonly().describe("Enabled, but the module's file or its configuration is gone"),
    dangling: z
      .array(z.object({ name: z.string(), target: z.string() }).readonly())
      .readonly()
      .describe("Enabled links that lead nowhere, PHP's and others'"),
    mpms: z.array(z.string()).readonly().describe("MPMs enabled"),
  })
  .readonly();

const sessionsSchema = z
  .object({
    handler: z.string().describe("session.save_handler"),
    target: z.string().optional().describe("session.save_path without its parameters; absent when none is set"),
    where: z
      .enum(["here", "elsewhere", "unclear"])
      .describe("Whether they live on this host; unclear: at an address the inventory does not have"),
    right: z
      .boolean()
      .optional()
      .describe("Whether that is a sessions Redis of the inventory; absent when it cannot be told"),
  })
  .readonly();

const codeSchema = z
  .object({
    files: z.number().int().describe("PHP files compared"),
    differs: z
      .object({
        from: z.string().describe("Host: the sync's master, or one that has what most have"),
        count: z.number().int(),
        names: z.array(z.string()).readonly().describe("The first of them"),
      })
      .readonly()
      .optional()
      .describe("Absent when it is alike"),
  })
  .readonly();

const uploadsSchema = z
  .object({
    path: z.string(),
    type: z.string().describe("File system type; of a link, its own"),
    shared: z.boolean().optional().describe("Absent for a link that leads somewhere the inventory does not know"),
  })
  .readonly();

const fpmLoadSchema = z
  .object({
    active: z.number().int().describe("Processes at work, of all its pools"),
    idle: z.number().int(),
    limit: z.number().int().optional().describe("Sum of pm.max_children; absent where the pools cannot be read"),
  })
  .readonly();

const poolQueueSchema = z
  .object({
    pool: z.string(),
    waiting: z.number().int().describe("Requests that no process of the pool has taken up"),
  })
  .readonly();

const originSchema = z
  .object({
    host: z.string(),
    unit: readingSchema(unitStateSchema),
    fpm: z
      .array(
        z
          .object({
            unit: z.string(),
            state: readingSchema(unitStateSchema),
            load: readingSchema(fpmLoadSchema),
            queues: readingSchema(z.array(poolQueueSchema).readonly()).describe("Of its pools"),
          })
          .readonly(),
      )
      .readonly(),
    config: readingSchema(
      z
        .object({
          passes: z.boolean(),
          message: z.string().optional().describe("Why it fails"),
          mpm: z.string().optional(),
          phpModule: z.boolean().optional().describe("Whether mod_php would be loaded"),
        })
        .readonly(),
    ).describe("Configuration test"),
    php: readingSchema(phpSchema),
    workers: readingSchema(
      z.object({ busy: z.number().int(), idle: z.number().int(), limit: z.number().int() }).readonly(),
    )
      .optional()
      .describe("Absent when the inventory names no server-status"),
    health: readingSchema(
      z
        .object({
          status: z.number().int(),
          tookMs: z.number().describe("SSH hop included"),
          expected: z
            .boolean()
            .optional()
            .describe("Whether the expected text was there; absent when none is configured, or it is not known"),
          cut: z
            .literal(true)
            .optional()
            .describe("The expected text was not in the part of a longer page that is read"),
          source: z.boolean().describe("PHP came back as source text"),
          location: z.string().optional(),
          phpVersion: z.string().optional(),
        })
        .readonly(),
    ),
    sessions: readingSchema(sessionsSchema)
      .optional()
      .describe("Where PHP keeps its visitors' sessions; absent when the inventory has no sessions Redis"),
    code: readingSchema(codeSchema).describe("The sites' PHP files, by checksum"),
    uploads: readingSchema(z.array(uploadsSchema).readonly())
      .optional()
      .describe("Folders of uploads below the docroot; absent when the inventory has no shared volume"),
    page: readingSchema(z.object({ ok: z.boolean(), slow: z.boolean(), words: z.string() }).readonly()).describe(
      "The health page judged; no answer from a host that can be asked is known, and not ok",
    ),
  })
  .readonly();

export const webFactsSchema = z.object({ service: z.string(), origins: z.array(originSchema).readonly() }).readonly();

export type WebFacts = z.output<typeof webFactsSchema>;
export type OriginFact = WebFacts["origins"][number];
export type CodeFact = z.output<typeof codeSchema>;
export type UploadsFact = z.output<typeof uploadsSchema>;
export type SessionsFact = z.output<typeof sessionsSchema>;
export type PoolQueue = z.output<typeof poolQueueSchema>;
export type FpmLoad = z.output<typeof fpmLoadSchema>;
export type Php = z.output<typeof phpSchema>;
