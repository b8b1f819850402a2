import { z } from "zod";
import { readingSchema } from "../reading.ts";

const share = z.number().min(0).max(1);

const diskSchema = z
  .object({
    mount: z.string().describe("Mount point"),
    type: z.string().describe("File system type"),
    sizeBytes: z.number(),
    usedBytes: z.number(),
    availableBytes: z.number().describe("For an ordinary process"),
    usedShare: share.describe("0 to 1, of what an ordinary process may use"),
    inodesUsedShare: share.optional().describe("0 to 1; absent where inodes are made as needed"),
    growthBytesPerS: readingSchema(z.number()).describe("Bytes a second it fills by, over some minutes; 0 when not"),
    holds: z.array(z.string()).readonly().describe("root, datadir, and paths the inventory names"),
  })
  .readonly();

const packagesSchema = z
  .object({
    manager: z.enum(["apt", "dnf"]),
    upgradable: z.number().int().describe("Packages a full upgrade would raise"),
    security: z.number().int().describe("Of these, from a security archive or advisory"),
    heldBack: z.number().int().optional().describe("Held, phased or in conflict; not in upgradable"),
    names: z.array(z.string()).readonly().describe("name old → new"),
  })
  .readonly();

const hostFactSchema = z
  .object({
    host: z.string(),
    address: z.string(),
    roles: z.array(z.string()).readonly(),
    connection: readingSchema(z.object({ sinceMs: z.number().describe("ms since the epoch") }).readonly()).describe(
      "The SSH connection: known when it is up",
    ),
    roundTripMs: readingSchema(z.number()).describe("Last measured SSH round trip, ms"),
    load: readingSchema(
      z
        .object({
          averages: z.array(z.number()).readonly().describe("Over 1, 5 and 15 minutes"),
          cores: z.number().int(),
          perCore: z.number().describe("1-minute load divided by cores"),
          perCoreSteady: z.number().describe("5-minute load divided by cores, which a warning goes by"),
        })
        .readonly(),
    ),
    memory: readingSchema(
      z
        .object({
          totalBytes: z.number(),
          availableBytes: z.number().describe("Without swapping, as the kernel estimates"),
          usedShare: share.describe("0 to 1: what is not available"),
          swapTotalBytes: z.number(),
          swapUsedBytes: z.number(),
        })
        .readonly(),
    ),
    uptimeMs: readingSchema(z.number()).describe("Since process 1 started, ms"),
    clock: readingSchema(
      z
        .object({
          offsetMs: z.number().describe("Host minus this machine, ms, corrected by half of the round trip"),
          errorMs: z.number().describe("The offset is right within plus or minus this, ms: half of the round trip"),
        })
        .readonly(),
    ),
    disks: readingSchema(z.array(diskSchema).readonly()).describe("Local file systems"),
    namedDisks: readingSchema(z.array(diskSchema).readonly())
      .optional()
      .describe("File systems of the paths the inventory names; absent when it names none"),
    failedUnits: readingSchema(z.array(z.string()).readonly()).describe("systemd units"),
    packageRun: readingSchema(
      z
        .object({
          program: z.string().optional().describe("Absent when no package manager is changing anything"),
          forMs: z.number().optional().describe("Running for, ms"),
        })
        .readonly(),
    ).describe("A package manager at work"),
    reboot: readingSchema(z.object({ required: z.boolean(), because: z.array(z.string()).readonly() }).readonly()),
    packages: readingSchema(packagesSchema).describe("Waiting upgrades, as of the host's package lists"),
    packageListsAgeMs: readingSchema(z.number()).describe("Since the package lists were last fetched, ms"),
  })
  .readonly();

export const hostFactsSchema = z.object({ hosts: z.array(hostFactSchema).readonly() }).readonly();

export type HostFacts = z.output<typeof hostFactsSchema>;
export type HostFact = HostFacts["hosts"][number];
export type HostDisk = z.output<typeof diskSchema>;
export type Packages = z.output<typeof packagesSchema>;
