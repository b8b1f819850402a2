import { z } from "zod";
import { readingSchema } from "../reading.ts";
import { unitStateSchema } from "../unit.ts";
import type { GlusterFacts } from "./facts.ts";

const hostSchema = z.object({
  host: z.string(),
  peer: readingSchema(z.object({ connected: z.boolean(), state: z.string() })).describe(
    "As the host that is asked for the pool sees it",
  ),
  daemon: readingSchema(unitStateSchema).describe("glusterd; bricks run without it"),
  selfHeal: readingSchema(z.boolean()).describe("Whether the daemon that carries out heals runs there"),
  brickProcesses: readingSchema(z.number()).describe("Brick processes that run there and are not frozen"),
  version: readingSchema(z.string()),
});

const brickSchema = z.object({
  host: z.string(),
  path: z.string(),
  arbiter: z.boolean(),
  connected: readingSchema(z.boolean()).describe("Whether a client on the host asked for the pool gets through to it"),
  process: readingSchema(
    z.discriminatedUnion("state", [
      z.object({
        state: z.enum(["running", "frozen"]),
        startedAtMs: z.number().describe("By this machine's clock, ms since the epoch"),
      }),
      z.object({ state: z.literal("none") }),
    ]),
  ),
  online: readingSchema(z.boolean()).describe("By its process and by the client"),
  pending: readingSchema(z.number()).describe("Entries it holds for bricks that missed them"),
});

const volumeSchema = z.object({
  name: z.string(),
  expected: z.boolean().describe("Named by the inventory"),
  info: readingSchema(
    z.object({
      status: z.string(),
      type: z.string(),
      selfHeal: z.boolean().describe("The self-heal daemon looks after it: cluster.self-heal-daemon is not off"),
      replicas: z.number().describe("Bricks that hold the same files, arbiters included"),
    }),
  ),
  bricks: z.array(brickSchema).describe("None while the volume's make-up is not known"),
  pending: readingSchema(
    z.object({
      count: z.number().describe("Entries, counted once for all copies"),
      splitBrain: z.number().describe("Of the count: contradicting copies, which do not heal by themselves"),
      silentBricks: z.number().describe("Bricks that gave none: there may be more"),
    }),
  ),
  trend: readingSchema(
    z.object({
      direction: z.enum(["none", "falling", "rising", "steady"]),
      perSecond: z.number().describe("Entries a second, negative while it falls"),
      overMs: z.number().describe("Time it rests on, ms"),
      zeroInMs: z.number().optional().describe("Until nothing is left at this rate, ms; only while it falls"),
      notFallenMs: z
        .number()
        .optional()
        .describe("Since the backlog last reached a new low, ms, at least; absent while nothing is to heal"),
      standing: z.number().describe("The lower of the last two counts, split-brain left out"),
    }),
  ),
  splitBrain: readingSchema(
    z.object({
      paths: z.array(z.string()).readonly().describe("At most 100"),
      count: z.number().describe("The largest number any brick reports"),
      silentBricks: z.array(z.string()).readonly().describe("Bricks that could not be asked"),
    }),
  ),
});

const mountSchema = z.object({
  host: z.string(),
  volume: z.string(),
  path: z.string(),
  mounted: readingSchema(
    z.discriminatedUnion("state", [
      z.object({ state: z.literal("right") }),
      z.object({ state: z.literal("absent") }),
      z.object({ state: z.literal("wrong"), type: z.string(), source: z.string() }),
    ]),
  ).describe("By the kernel's table. absent: a plain directory or nothing, writes land on the local disk"),
  space: readingSchema(
    z.discriminatedUnion("state", [
      z.object({
        state: z.literal("alive"),
        usedBytes: z.number(),
        availableBytes: z.number().describe("What is left for ordinary accounts"),
        inodesTotal: z.number(),
        inodesFree: z.number(),
      }),
      z.object({ state: z.literal("hung") }),
      z.object({ state: z.literal("broken"), problem: z.string() }),
    ]),
  ).describe("Whether the mounted volume answers, and how full it is"),
});

export const glusterFactsSchema: z.ZodType<GlusterFacts> = z.object({
  askedOf: z.string().optional().describe("The host that answers for the pool now"),
  hosts: z.array(hostSchema),
  volumes: z.array(volumeSchema),
  mounts: z.array(mountSchema),
  strangers: z.array(z.string()).describe("Peers of the pool that the inventory does not name"),
});
