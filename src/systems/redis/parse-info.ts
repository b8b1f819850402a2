import { notParsed, parsed, unreadable, type Parsed } from "../../connect/command.ts";
import type { RedisReply, RedisValue } from "../../connect/reply.ts";
import { shortText, wholeNumber } from "../text.ts";

/** What one instance says of itself, from INFO and DBSIZE in one pipeline. */
export interface RedisInfo {
  readonly version: string;
  /** Changes with every start of the process. */
  readonly runId: string;
  readonly role: "master" | "replica";
  /** Only on a replica. */
  readonly masterLinkUp?: boolean | undefined;
  readonly replicas: number;
  /** Which data set's history it has (master_replid): a replica in step has its master's; absent before Redis 4. */
  readonly replicationId?: string | undefined;
  readonly uptimeMs: number;
  /** Still reading its data set from disk: answers INFO, refuses everything else. */
  readonly loading: boolean;
  /** Keys in all databases; absent while loading. */
  readonly keys?: number | undefined;
  readonly memoryUsedBytes: number;
  /** Absent when `maxmemory` is 0: no limit but the machine's. */
  readonly memoryLimitBytes?: number | undefined;
  readonly policy: string;
  readonly clients: number;
  readonly clientsLimit?: number | undefined;
  readonly blockedClients: number;
  readonly persistence: Persistence;
  readonly counters: Counters;
}

export interface Persistence {
  readonly lastSaveOk: boolean;
  /** By the instance's own clock; absent when it has not saved since it started. */
  readonly lastSaveAtMs?: number | undefined;
  readonly changesSinceSave?: number | undefined;
  readonly aof: "off" | "ok" | "failed";
}

/** Since the start of the process or CONFIG RESETSTAT; absent where this version does not count it. */
export interface Counters {
  readonly commands?: number | undefined;
  readonly hits?: number | undefined;
  readonly misses?: number | undefined;
  readonly evicted?: number | undefined;
  /** Keys whose time was over. */
  readonly expired?: number | undefined;
  readonly rejectedConnections?: number | undefined;
  /** Writes answered with OOM (memory is full), MISCONF (the last save failed) or READONLY (a replica). */
  readonly refusedWrites?: number | undefined;
}

export const parseInfo = (reply: RedisReply): Parsed<RedisInfo> => {
  const [info, dbsize] = reply.values;
  if (info === undefined) return unreadable("INFO was not answered");
  const refusal = refusedBy(info, "info");
  if (refusal !== undefined) return refusal;
  if (typeof info !== "string") return unreadable("INFO did not answer with text");
  const fields = fieldsOf(info);
  const version = fields.get("redis_version");
  const uptime = wholeNumber(fields.get("uptime_in_seconds"));
  const used = wholeNumber(fields.get("used_memory"));
  const clients = wholeNumber(fields.get("connected_clients"));
  if (version === undefined) return unreadable("INFO has no redis_version: is this Redis?");
  if (uptime === undefined) return unreadable("INFO has no readable uptime_in_seconds");
  if (used === undefined) return unreadable("INFO has no readable used_memory");
  if (clients === undefined) return unreadable("INFO has no readable connected_clients");
  const loading = fields.get("loading") === "1";
  const masterLink = fields.get("master_link_status");
  const replication = fields.get("master_replid");
  return parsed({
    version: shortText(version, 40),
    runId: shortText(fields.get("run_id") ?? "", 64),
    role: fields.get("role") === "slave" ? "replica" : "master",
    masterLinkUp: masterLink === undefined ? undefined : masterLink === "up",
    replicas: wholeNumber(fields.get("connected_slaves")) ?? 0,
    replicationId: replication === undefined ? undefined : shortText(replication, 64),
    uptimeMs: uptime * 1_000,
    loading,
    keys: loading ? undefined : keysOf(fields, dbsize),
    memoryUsedBytes: used,
    memoryLimitBytes: wholeNumber(fields.get("maxmemory")) || undefined,
    policy: shortText(fields.get("maxmemory_policy") ?? "not said", 40),
    clients,
    clientsLimit: wholeNumber(fields.get("maxclients")),
    blockedClients: wholeNumber(fields.get("blocked_clients")) ?? 0,
    persistence: persistenceOf(fields),
    counters: countersOf(fields),
  });
};

/** An error reply as the reason it stands for; undefined when the value is not an error. */
export const refusedBy = (value: RedisValue, call: string): Parsed<never> | undefined => {
  if (value === null || typeof value !== "object" || !("error" in value)) return undefined;
  const error = shortText(value.error);
  if (/^NOPERM/i.test(error)) return notParsed("privilege", error, `allow this account +${call}`);
  if (/^(NOAUTH|WRONGPASS)/i.test(error))
    return notParsed("privilege", error, "set user and password in the inventory");
  return notParsed("failed", error);
};

type Fields = ReadonlyMap<string, string>;

const fieldsOf = (info: string): Fields => {
  const fields = new Map<string, string>();
  for (const line of info.split("\n")) {
    const at = line.indexOf(":");
    if (at > 0 && !line.startsWith("#")) fields.set(line.slice(0, at), line.slice(at + 1).trim());
  }
  return fields;
};

// DBSIZE counts database 0 alone; phpredis may be told to use another, which only INFO's keyspace lists. The keyspace
// leaves out empty databases, and stands in for DBSIZE where the account may not ask that.
const keysOf = (fields: Fields, dbsize: RedisValue | undefined): number => {
  let first = 0;
  let others = 0;
  for (const [field, value] of fields) {
    if (!/^db\d{1,6}$/.test(field)) continue;
    const keys = wholeNumber(/^keys=(\d+)/.exec(value)?.[1]) ?? 0;
    if (field === "db0") first = keys;
    else others += keys;
  }
  return (typeof dbsize === "number" && dbsize >= 0 ? dbsize : first) + others;
};

const persistenceOf = (fields: Fields): Persistence => {
  const lastSaveS = savedAtS(fields);
  const aofFailed = fields.get("aof_last_write_status") === "err" || fields.get("aof_last_bgrewrite_status") === "err";
  return {
    lastSaveOk: fields.get("rdb_last_bgsave_status") !== "err",
    lastSaveAtMs: lastSaveS === undefined ? undefined : lastSaveS * 1_000,
    changesSinceSave: wholeNumber(fields.get("rdb_changes_since_last_save")),
    aof: fields.get("aof_enabled") !== "1" ? "off" : aofFailed ? "failed" : "ok",
  };
};

// Until the first save Redis gives the time it started as the time of the last save.
const savedAtS = (fields: Fields): number | undefined => {
  const savedS = wholeNumber(fields.get("rdb_last_save_time"));
  const nowUs = wholeNumber(fields.get("server_time_usec"));
  const uptimeS = wholeNumber(fields.get("uptime_in_seconds"));
  if (savedS === undefined || nowUs === undefined || uptimeS === undefined) return savedS;
  return savedS <= Math.floor(nowUs / 1e6) - uptimeS + 1 ? undefined : savedS;
};

const countersOf = (fields: Fields): Counters => ({
  commands: wholeNumber(fields.get("total_commands_processed")),
  hits: wholeNumber(fields.get("keyspace_hits")),
  misses: wholeNumber(fields.get("keyspace_misses")),
  evicted: wholeNumber(fields.get("evicted_keys")),
  expired: wholeNumber(fields.get("expired_keys")),
  rejectedConnections: wholeNumber(fields.get("rejected_connections")),
  // Redis 6.2 and later count error replies by their first word, and list a word only once it happened.
  refusedWrites: fields.has("total_error_replies")
    ? errorsNamed(fields, "OOM") + errorsNamed(fields, "MISCONF") + errorsNamed(fields, "READONLY")
    : undefined,
});

const errorsNamed = (fields: Fields, word: string): number =>
  wholeNumber(/^count=(\d+)/.exec(fields.get(`errorstat_${word}`) ?? "")?.[1]) ?? 0;
