import { ADDRESS, CLUSTER, NODES, VERSIONS } from "../layout.ts";
import type { World } from "../world.ts";
import type { MemberState } from "./state.ts";

export type Values = ReadonlyMap<string, string>;

/** What Galera calls "not in a primary component": the highest unsigned 64-bit number. */
const NO_CONF_ID = "18446744073709551615";
const NO_UUID = "00000000-0000-0000-0000-000000000000";
const STATE_NUMBER = { Initialized: 0, Joining: 1, "Donor/Desynced": 2, Joined: 3, Synced: 4 } as const;
const GCACHE_BYTES = 512 * 1_048_576;

const whole = (value: number): string => String(Math.round(value));
const onOff = (value: boolean): string => (value ? "ON" : "OFF");

/** SHOW GLOBAL STATUS of one member, in the server's order. */
export const statusOf = (world: World, member: MemberState): Values => {
  const { galera } = world;
  const { counters, view } = member;
  const uptimeMs = Math.max(1, world.nowMs - member.startedAtMs);
  const primary = view.status === "Primary";
  const addresses = primary
    ? galera.component.map((name) => `${ADDRESS[name]}:0`).join(",")
    : `${ADDRESS[member.name]}:0`;
  const rows: readonly (readonly [string, string])[] = [
    ["Aborted_clients", "12"],
    ["Aborted_connects", "3"],
    ["Bytes_received", whole(counters.questions * 184)],
    ["Bytes_sent", whole(counters.questions * 1_412)],
    ["Com_commit", whole(counters.commits)],
    ["Com_select", whole(counters.questions * 0.81)],
    ["Connections", whole(uptimeMs / 900)],
    ["Innodb_buffer_pool_pages_free", "8112"],
    ["Max_used_connections", "48"],
    ["Open_tables", "412"],
    ["Queries", whole(counters.questions)],
    ["Questions", whole(counters.questions)],
    ["Slow_queries", "17"],
    ["Threads_connected", whole(member.threadsConnected)],
    ["Threads_running", member.stage === "Synced" ? "3" : "1"],
    ["Uptime", whole(uptimeMs / 1_000)],
    ["Uptime_since_flush_status", whole(uptimeMs / 1_000)],
    ["wsrep_local_state_uuid", galera.uuid],
    ["wsrep_protocol_version", "11"],
    ["wsrep_protocol_application", "4"],
    ["wsrep_protocol_replicator", "11"],
    ["wsrep_protocol_gcs", "5"],
    ["wsrep_last_committed", whole(member.lastCommitted)],
    ["wsrep_replicated", whole(counters.replicated)],
    ["wsrep_replicated_bytes", whole(counters.replicatedBytes)],
    ["wsrep_repl_keys", whole(counters.replicated * 3)],
    ["wsrep_repl_keys_bytes", whole(counters.replicated * 52)],
    ["wsrep_repl_data_bytes", whole(counters.replicatedBytes * 0.7)],
    ["wsrep_repl_other_bytes", "0"],
    ["wsrep_received", whole(counters.received)],
    ["wsrep_received_bytes", whole(counters.receivedBytes)],
    ["wsrep_local_commits", whole(counters.replicated)],
    ["wsrep_local_cert_failures", whole(counters.certFailures)],
    ["wsrep_local_replays", "0"],
    ["wsrep_local_send_queue", whole(member.sendQueue)],
    ["wsrep_local_send_queue_max", "7"],
    ["wsrep_local_send_queue_min", "0"],
    ["wsrep_local_send_queue_avg", "0.00217391"],
    ["wsrep_local_recv_queue", whole(member.recvQueue)],
    ["wsrep_local_recv_queue_max", "38"],
    ["wsrep_local_recv_queue_min", "0"],
    ["wsrep_local_recv_queue_avg", "0.0541"],
    ["wsrep_local_cached_downto", whole(member.cachedDownto)],
    ["wsrep_flow_control_paused_ns", whole(counters.pausedNs)],
    ["wsrep_flow_control_paused", String(counters.pausedNs / 1e6 / uptimeMs)],
    ["wsrep_flow_control_sent", whole(counters.flowControlSent)],
    ["wsrep_flow_control_recv", whole(counters.flowControlReceived)],
    ["wsrep_flow_control_active", "false"],
    ["wsrep_flow_control_requested", "false"],
    ["wsrep_cert_deps_distance", "41.28"],
    ["wsrep_apply_oooe", "0.0121"],
    ["wsrep_apply_oool", "0"],
    ["wsrep_apply_window", "1.0172"],
    ["wsrep_apply_waits", "0"],
    ["wsrep_commit_oooe", "0"],
    ["wsrep_commit_oool", "0"],
    ["wsrep_commit_window", "1.0142"],
    ["wsrep_local_state", whole(member.desync && member.stage === "Synced" ? 2 : STATE_NUMBER[member.stage])],
    ["wsrep_local_state_comment", member.desync && member.stage === "Synced" ? "Donor/Desynced" : member.stage],
    ["wsrep_cert_index_size", "112"],
    ["wsrep_causal_reads", "0"],
    ["wsrep_cert_interval", "0.0311"],
    ["wsrep_open_transactions", "0"],
    ["wsrep_open_connections", "0"],
    ["wsrep_incoming_addresses", view.status === "Disconnected" ? "" : addresses],
    ["wsrep_cluster_weight", whole(primary ? view.size : 0)],
    ["wsrep_desync_count", member.desync ? "1" : "0"],
    ["wsrep_evs_delayed", ""],
    ["wsrep_evs_evict_list", ""],
    ["wsrep_evs_repl_latency", "0.000321/0.000512/0.001402/0.000187/14"],
    ["wsrep_evs_state", "OPERATIONAL"],
    ["wsrep_gcomm_uuid", member.gcommUuid],
    ["wsrep_gmcast_segment", "0"],
    ["wsrep_checkpoint_position", `${galera.uuid}:${whole(member.lastCommitted)}`],
    ["wsrep_se_checkpoint", `${galera.uuid}:${whole(member.lastCommitted)}`],
    ["wsrep_applier_thread_count", "4"],
    ["wsrep_cluster_capabilities", ""],
    ["wsrep_cluster_conf_id", view.confId === undefined ? NO_CONF_ID : whole(view.confId)],
    ["wsrep_cluster_size", whole(view.size)],
    ["wsrep_cluster_state_uuid", view.status === "Disconnected" ? NO_UUID : galera.uuid],
    ["wsrep_cluster_status", view.status],
    ["wsrep_connected", onOff(view.status !== "Disconnected")],
    ["wsrep_local_bf_aborts", whole(counters.bfAborts)],
    ["wsrep_local_index", view.index === undefined ? NO_CONF_ID : whole(view.index)],
    [
      "wsrep_provider_capabilities",
      ":MULTI_MASTER:CERTIFICATION:PARALLEL_APPLYING:TRX_REPLAY:ISOLATION:PAUSE:CAUSAL_READS:",
    ],
    ["wsrep_provider_name", "Galera"],
    ["wsrep_provider_vendor", "Codership Oy <info@codership.com>"],
    ["wsrep_provider_version", VERSIONS.galera],
    ["wsrep_ready", onOff(primary && member.stage !== "Joining")],
    ["wsrep_rollbacker_thread_count", "1"],
    ["wsrep_thread_count", "5"],
  ];
  return new Map(rows);
};

const providerOptions = (member: MemberState): string =>
  [
    "base_dir = /var/lib/mysql/",
    `base_host = ${ADDRESS[member.name]}`,
    "base_port = 4567",
    "cert.log_conflicts = no",
    "evs.inactive_timeout = PT15S",
    "evs.keepalive_period = PT1S",
    "evs.suspect_timeout = PT5S",
    "gcache.dir = /var/lib/mysql/",
    "gcache.name = galera.cache",
    "gcache.page_size = 128M",
    "gcache.recover = yes",
    `gcache.size = ${GCACHE_BYTES / 1_048_576}M`,
    "gcs.fc_factor = 1.0",
    "gcs.fc_limit = 16",
    `gmcast.listen_addr = tcp://0.0.0.0:4567`,
    "gmcast.segment = 0",
    "pc.bootstrap = false",
    "pc.ignore_quorum = false",
    "pc.recovery = true",
    "pc.weight = 1",
    "repl.proto_max = 11",
    "socket.ssl = NO",
  ].join("; ") + "; ";

/** SHOW GLOBAL VARIABLES of one member, as far as anybody asks. */
export const variablesOf = (_world: World, member: MemberState): Values =>
  new Map([
    ["datadir", "/var/lib/mysql/"],
    ["hostname", member.name],
    ["innodb_buffer_pool_size", "4294967296"],
    ["max_connections", "400"],
    ["performance_schema", "OFF"],
    ["port", "3306"],
    ["read_only", "OFF"],
    ["server_id", String(1 + NODES.indexOf(member.name))],
    ["socket", "/run/mysqld/mysqld.sock"],
    ["version", `${VERSIONS.mariadb}-MariaDB-0+deb12u1`],
    ["version_comment", "Debian 12"],
    ["wait_timeout", "28800"],
    ["wsrep_cluster_address", `gcomm://${NODES.map((name) => ADDRESS[name]).join(",")}`],
    ["wsrep_cluster_name", CLUSTER],
    ["wsrep_desync", onOff(member.desync)],
    ["wsrep_node_address", ADDRESS[member.name]],
    ["wsrep_node_name", member.name],
    ["wsrep_on", "ON"],
    ["wsrep_provider", "/usr/lib/galera/libgalera_smm.so"],
    ["wsrep_provider_options", providerOptions(member)],
    ["wsrep_reject_queries", "NONE"],
    ["wsrep_slave_threads", "4"],
    ["wsrep_sst_donor", ""],
    ["wsrep_sst_method", "rsync"],
    ["wsrep_sync_wait", "0"],
  ]);
