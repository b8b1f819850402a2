import { notParsed, parsed, unreadable, type Parsed } from "../../connect/command.ts";
import type { SqlReply } from "../../connect/reply.ts";
import { shortText, wholeNumber } from "../text.ts";

/** One member's own view: what it says of itself and of the cluster. */
export interface MemberView {
  /** False where the server runs without Galera, `wsrep_on=OFF`. */
  readonly wsrepOn: boolean;
  /** `wsrep_cluster_status`: Primary, non-Primary, Disconnected. */
  readonly clusterStatus: string;
  readonly primary: boolean;
  readonly connected: boolean;
  readonly ready: boolean;
  /** `wsrep_local_state`: 1 joining, 2 donor or desynced, 3 joined, 4 synced; 0 and others: not in the cluster. */
  readonly state: number;
  readonly stateComment: string;
  /** Members it sees in its component, arbitrators included. */
  readonly size: number;
  /** Sum of the weights of its component; absent on old providers. */
  readonly weight?: number | undefined;
  /** Number of the membership; absent outside a Primary component. */
  readonly confId?: number | undefined;
  readonly clusterUuid: string;
  readonly localUuid: string;
  /** Client addresses of the members it sees. */
  readonly addresses: readonly string[];
  readonly lastCommitted?: number | undefined;
  /** Lowest write-set still in gcache; absent while it is empty. */
  readonly cachedDownTo?: number | undefined;
  readonly sendQueue: number;
  readonly recvQueue: number;
  readonly desync: boolean;
  /** PXC only: DISABLED, SHUTDOWN or MAINTENANCE. */
  readonly maintMode?: string | undefined;
  readonly readOnly: boolean;
  readonly rejectsQueries: boolean;
  readonly version: string;
  readonly providerVersion: string;
  readonly ist?: IstProgress | undefined;
  readonly uptimeMs?: number | undefined;
  readonly connections?: number | undefined;
  readonly counters: WsrepCounters;
}

/** Progress of an incremental state transfer being received (PXC). */
export interface IstProgress {
  /** 0 to 1. */
  readonly share: number;
  readonly received?: number | undefined;
  readonly last?: number | undefined;
}

/** Since the start of the server or the last FLUSH STATUS. */
export interface WsrepCounters {
  readonly flowControlPausedNs?: number | undefined;
  readonly certFailures?: number | undefined;
  readonly bfAborts?: number | undefined;
  /** Write-sets that originate here. */
  readonly replicated?: number | undefined;
  /** Bytes of write-sets written here and received: what goes into gcache. */
  readonly cachedBytes?: number | undefined;
}

/** Rows of `name`, `value`; names in either case, because MariaDB's information schema has them in capitals. */
export const parseView = (reply: SqlReply): Parsed<MemberView> => {
  const values = new Map<string, string>();
  for (const row of reply.rows) {
    const { name, value } = row;
    if (typeof name === "string" && typeof value === "string") values.set(name.toLowerCase(), value);
  }
  if (values.size === 0) return unreadable("the status query returned no rows of name and value");
  const text = (name: string): string => shortText(values.get(name) ?? "", 80);
  const number = (name: string): number | undefined => wholeNumber(values.get(name));
  const status = text("wsrep_cluster_status");
  if (status === "") return notParsed("missing", "this server has no wsrep status: it is not a Galera member");
  const size = number("wsrep_cluster_size");
  const state = number("wsrep_local_state");
  if (size === undefined) return unreadable("wsrep_cluster_size is missing or not a number");
  if (state === undefined) return unreadable("wsrep_local_state is missing or not a number");
  const uptimeS = number("uptime");
  return parsed({
    wsrepOn: text("wsrep_on") !== "OFF",
    clusterStatus: status,
    primary: status.toLowerCase() === "primary",
    connected: text("wsrep_connected") === "ON",
    ready: text("wsrep_ready") === "ON",
    state,
    stateComment: text("wsrep_local_state_comment"),
    size,
    weight: number("wsrep_cluster_weight"),
    confId: number("wsrep_cluster_conf_id"),
    clusterUuid: text("wsrep_cluster_state_uuid"),
    localUuid: text("wsrep_local_state_uuid"),
    addresses: addressesOf(values.get("wsrep_incoming_addresses") ?? ""),
    lastCommitted: number("wsrep_last_committed"),
    cachedDownTo: number("wsrep_local_cached_downto") || undefined,
    sendQueue: number("wsrep_local_send_queue") ?? 0,
    recvQueue: number("wsrep_local_recv_queue") ?? 0,
    desync: text("wsrep_desync") === "ON",
    maintMode: values.has("pxc_maint_mode") ? text("pxc_maint_mode") : undefined,
    readOnly: isOn(text("read_only")) || isOn(text("super_read_only")),
    rejectsQueries: !["", "NONE"].includes(text("wsrep_reject_queries")),
    version: text("version"),
    providerVersion: text("wsrep_provider_version"),
    ist: istOf(values.get("wsrep_ist_receive_status") ?? ""),
    uptimeMs: uptimeS === undefined ? undefined : uptimeS * 1_000,
    connections: number("threads_connected"),
    counters: {
      flowControlPausedNs: number("wsrep_flow_control_paused_ns"),
      certFailures: number("wsrep_local_cert_failures"),
      bfAborts: number("wsrep_local_bf_aborts"),
      replicated: number("wsrep_replicated"),
      cachedBytes: sum(number("wsrep_replicated_bytes"), number("wsrep_received_bytes")),
    },
  });
};

const isOn = (text: string): boolean => !["", "OFF", "0"].includes(text.toUpperCase());

const sum = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? undefined : a + b;

// An arbitrator has no client address and leaves an empty place.
const addressesOf = (list: string): readonly string[] =>
  list
    .split(",", 256)
    .map((address) => shortText(address, 80))
    .filter((address) => address !== "");

// "52% complete, received seqno 1506799 of 1415410-1589676", or empty.
const istOf = (text: string): IstProgress | undefined => {
  const share = /(\d{1,3})% complete/.exec(text)?.[1];
  if (share === undefined) return undefined;
  const range = /received seqno (\d+) of \d+-(\d+)/.exec(text);
  return { share: Math.min(1, Number(share) / 100), received: wholeNumber(range?.[1]), last: wholeNumber(range?.[2]) };
};
