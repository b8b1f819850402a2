import { z } from "zod";
import { readingSchema } from "../reading.ts";
import { unitStateSchema } from "../unit.ts";
import type { GaleraFacts } from "./facts.ts";
import { PRESENCES } from "./presence.ts";

const viewSchema = z.object({
  wsrepOn: z.boolean(),
  clusterStatus: z.string().describe("wsrep_cluster_status"),
  primary: z.boolean().describe("In the Primary component by its own view"),
  connected: z.boolean(),
  ready: z.boolean(),
  state: z.number().describe("wsrep_local_state: 1 joining, 2 donor or desynced, 3 joined, 4 synced"),
  stateComment: z.string(),
  size: z.number().describe("Members it sees in its component, arbitrators included"),
  weight: z.number().optional().describe("Sum of the votes of its component"),
  confId: z.number().optional().describe("Number of the membership; absent outside a Primary component"),
  clusterUuid: z.string(),
  localUuid: z.string(),
  addresses: z.array(z.string()).readonly().describe("Client addresses of the members it sees"),
  lastCommitted: z.number().optional().describe("Position in the stream of write-sets"),
  cachedDownTo: z.number().optional().describe("Lowest write-set still in gcache; absent while it is empty"),
  sendQueue: z.number().describe("Write-sets waiting to be sent"),
  recvQueue: z.number().describe("Write-sets received and not yet applied"),
  desync: z.boolean().describe("wsrep_desync is ON: left out of flow control"),
  maintMode: z.string().optional().describe("pxc_maint_mode; Percona XtraDB Cluster only"),
  readOnly: z.boolean(),
  rejectsQueries: z.boolean().describe("wsrep_reject_queries is set"),
  version: z.string(),
  providerVersion: z.string(),
  ist: z
    .object({
      share: z.number().describe("0 to 1"),
      received: z.number().optional().describe("Position received so far"),
      last: z.number().optional().describe("Position at the end"),
    })
    .optional()
    .describe("An incremental state transfer being received; Percona XtraDB Cluster only"),
  uptimeMs: z.number().optional(),
  connections: z.number().optional().describe("Threads_connected"),
  counters: z
    .object({
      flowControlPausedNs: z.number().optional().describe("Time held back by flow control, ns"),
      certFailures: z.number().optional(),
      bfAborts: z.number().optional(),
      replicated: z.number().optional().describe("Write-sets that originate here"),
      cachedBytes: z.number().optional().describe("Bytes of write-sets written here and received"),
    })
    .describe("Since the start of the server or the last FLUSH STATUS"),
});

const perSecond = (what: string) => readingSchema(z.number()).describe(`${what}, per second over about 10 s`);

const memberSchema = z.object({
  host: z.string(),
  weight: z.number().describe("Its vote by the inventory"),
  presence: readingSchema(z.enum(PRESENCES)).describe(
    "answers: gave its view. running: may not be asked. silent: runs and does not answer. refusing: connections are refused and no more is known",
  ),
  view: readingSchema(viewSchema).describe("Its own view of itself and of the cluster"),
  settings: readingSchema(
    z.object({
      nodeName: z.string(),
      sstMethod: z.string(),
      gcacheSizeBytes: z.number().optional().describe("gcache.size, bytes"),
      gcacheRecover: z.boolean().describe("gcache.recover: kept over a restart"),
      weight: z.number().optional().describe("pc.weight as configured on the member"),
    }),
  ),
  unit: readingSchema(unitStateSchema),
  grastate: readingSchema(
    z.object({
      uuid: z.string(),
      seqno: z.number().optional().describe("Absent when the file says -1: it did not stop in order"),
      safeToBootstrap: z.boolean(),
    }),
  ).describe("What it wrote down when it stopped; known only while it is down"),
  flowControlPaused: readingSchema(z.number()).describe(
    "Share of time held back by flow control over about 10 s, 0 to 1",
  ),
  certFailuresPerSecond: perSecond("Transactions that failed certification"),
  bfAbortsPerSecond: perSecond("Local transactions aborted by a replicated one"),
  conflictsPerSecond: readingSchema(z.number()).describe(
    "Failed certifications and aborts by replicated transactions, per second over about a minute",
  ),
  backlog: readingSchema(
    z.object({
      least: z.number().describe("The shortest its receive queue was, write-sets"),
      most: z.number().describe("The longest"),
      growing: z.boolean(),
      overMs: z.number().describe("Time it rests on, ms"),
    }),
  ).describe("What waits to be applied, over about 10 s"),
  writesPerSecond: perSecond("Write-sets that originate on this member"),
  lagWriteSets: readingSchema(z.number()).describe("Write-sets behind the member that is furthest ahead"),
  gcache: readingSchema(
    z.object({
      heldWriteSets: z.number(),
      windowMs: z
        .number()
        .optional()
        .describe(
          "How long a member may be away and come back by IST, ms at the last minute's write rate; absent while nothing is written",
        ),
    }),
  ),
  catchUp: z
    .object({
      forMs: z.number().describe("In its present wsrep state for, ms, at least"),
      leftMs: z
        .number()
        .optional()
        .describe("Until it should be Synced, ms; absent without enough history, and while nothing moves"),
    })
    .optional()
    .describe("How a member that answers and is not Synced gets on"),
  rejoin: z
    .object({
      by: z.enum(["IST", "SST"]),
      leftMs: z
        .number()
        .optional()
        .describe("Until only SST is left, ms; absent while nothing is written, and for SST"),
    })
    .optional()
    .describe("How a member that is down can come back"),
});

export const galeraFactsSchema: z.ZodType<GaleraFacts> = z.object({
  flavour: z.enum(["mariadb", "percona"]),
  expectedSize: z.number().describe("Members and arbitrators by the inventory"),
  arbitrators: z.number(),
  members: z.array(memberSchema),
  groups: z
    .array(
      z.object({
        clusterStatus: z.string(),
        primary: z.boolean(),
        size: z.number(),
        confId: z.number().optional(),
        clusterUuid: z.string(),
        hosts: z.array(z.string()),
      }),
    )
    .describe("Members that say the same of the cluster; one group is agreement"),
  primarySize: readingSchema(z.number()).describe("Size of the Primary component as its members see it"),
  writers: readingSchema(z.array(z.string()).readonly()).describe("Hosts that write-sets come from now"),
  audit: readingSchema(
    z.object({
      tables: z.number().describe("Tables the account sees, the server's own left out"),
      whole: z.boolean().describe("The account sees every database there is"),
      odd: z
        .array(
          z.object({
            database: z.string(),
            table: z.string(),
            engine: z.string().optional(),
            hasPrimaryKey: z.boolean(),
          }),
        )
        .readonly()
        .describe("Not InnoDB, or without a primary key; at most 200"),
      cut: z.boolean().describe("There are more than the list holds"),
      alsoReplicated: z.array(z.string()).readonly().describe("Engines beside InnoDB that wsrep_mode replicates"),
    }),
  ).describe("Tables that Galera does not replicate, or not well; asked of one member every hour"),
});
