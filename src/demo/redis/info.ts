import { VERSIONS } from "../layout.ts";
import type { World } from "../world.ts";
import { usedMemoryBytes, type RedisState } from "./state.ts";

const human = (bytes: number): string => {
  if (bytes >= 1_073_741_824) return `${(bytes / 1_073_741_824).toFixed(2)}G`;
  return bytes >= 1_048_576 ? `${(bytes / 1_048_576).toFixed(2)}M` : `${(bytes / 1_024).toFixed(2)}K`;
};

/** INFO of one instance: all default sections, or those asked for. */
export const infoText = (world: World, redis: RedisState, wanted: readonly string[]): string => {
  const asked = wanted.map((name) => name.toLowerCase());
  const everything = asked.length === 0 || asked.some((name) => ["all", "default", "everything"].includes(name));
  return Object.entries(sections(world, redis))
    .filter(([name]) => everything || asked.includes(name.toLowerCase()))
    .map(([name, rows]) => [`# ${name}`, ...rows.map(([key, value]) => `${key}:${value}`), ""].join("\r\n"))
    .join("\r\n");
};

type Rows = readonly (readonly [string, string | number])[];

const sections = (world: World, redis: RedisState): Readonly<Record<string, Rows>> => {
  const uptimeS = Math.max(0, Math.floor((world.nowMs - redis.startedAtMs) / 1_000));
  const used = usedMemoryBytes(redis);
  const rss = Math.round(used * 1.18 + 6_000_000);
  return {
    Server: [
      ["redis_version", VERSIONS.redis],
      ["redis_git_sha1", "00000000"],
      ["redis_git_dirty", 0],
      ["redis_build_id", "32a40c1d3a1f4a51"],
      ["redis_mode", "standalone"],
      ["os", "Linux 6.1.0-40-amd64 x86_64"],
      ["arch_bits", 64],
      ["monotonic_clock", "POSIX clock_gettime"],
      ["multiplexing_api", "epoll"],
      ["gcc_version", "12.2.0"],
      ["process_id", redis.processId],
      ["process_supervised", "systemd"],
      ["run_id", redis.runId],
      ["tcp_port", redis.port],
      ["server_time_usec", Math.round(world.nowMs) * 1_000],
      ["uptime_in_seconds", uptimeS],
      ["uptime_in_days", Math.floor(uptimeS / 86_400)],
      ["hz", 10],
      ["configured_hz", 10],
      ["executable", "/usr/bin/redis-server"],
      ["config_file", `/etc/redis/redis-${redis.port}.conf`],
      ["io_threads_active", 0],
    ],
    Clients: [
      ["connected_clients", redis.clients],
      ["cluster_connections", 0],
      ["maxclients", 10_000],
      ["client_recent_max_input_buffer", 20_480],
      ["client_recent_max_output_buffer", 0],
      ["blocked_clients", redis.blocked],
      ["tracking_clients", 0],
      ["clients_in_timeout_table", 0],
    ],
    Memory: [
      ["used_memory", used],
      ["used_memory_human", human(used)],
      ["used_memory_rss", rss],
      ["used_memory_rss_human", human(rss)],
      ["used_memory_peak", Math.round(used * 1.07)],
      ["used_memory_peak_human", human(used * 1.07)],
      ["used_memory_peak_perc", "93.45%"],
      ["used_memory_overhead", Math.round(used * 0.09)],
      ["used_memory_startup", 862_568],
      ["used_memory_dataset", Math.round(used * 0.9)],
      ["total_system_memory", 4 * 1_073_741_824],
      ["total_system_memory_human", "4.00G"],
      ["maxmemory", redis.maxmemoryBytes],
      ["maxmemory_human", human(redis.maxmemoryBytes)],
      ["maxmemory_policy", redis.policy],
      ["mem_fragmentation_ratio", (rss / used).toFixed(2)],
      ["mem_allocator", "jemalloc-5.3.0"],
    ],
    Persistence: [
      ["loading", 0],
      ["async_loading", 0],
      ["rdb_changes_since_last_save", redis.changesSinceSave],
      ["rdb_bgsave_in_progress", 0],
      ["rdb_last_save_time", Math.floor(redis.lastSaveMs / 1_000)],
      ["rdb_last_bgsave_status", redis.lastSaveOk ? "ok" : "err"],
      ["rdb_last_bgsave_time_sec", redis.save === "" ? -1 : 0],
      ["rdb_current_bgsave_time_sec", -1],
      ["rdb_saves", redis.save === "" ? 0 : 18_114],
      ["aof_enabled", 0],
      ["aof_rewrite_in_progress", 0],
      ["aof_last_bgrewrite_status", "ok"],
      ["aof_last_write_status", "ok"],
    ],
    Stats: [
      ["total_connections_received", redis.connections],
      ["total_commands_processed", redis.commands],
      ["instantaneous_ops_per_sec", redis.opsPerSecond],
      ["total_net_input_bytes", redis.netInBytes],
      ["total_net_output_bytes", redis.netOutBytes],
      ["instantaneous_input_kbps", ((redis.opsPerSecond * 96) / 1_024).toFixed(2)],
      ["instantaneous_output_kbps", ((redis.opsPerSecond * 1_100) / 1_024).toFixed(2)],
      ["rejected_connections", 0],
      ["sync_full", 0],
      ["sync_partial_ok", 0],
      ["sync_partial_err", 0],
      ["expired_keys", redis.expired],
      ["expired_stale_perc", "0.41"],
      ["evicted_keys", redis.evicted],
      ["evicted_clients", 0],
      ["keyspace_hits", redis.hits],
      ["keyspace_misses", redis.misses],
      ["latest_fork_usec", redis.save === "" ? 0 : 412],
      ["total_forks", redis.save === "" ? 0 : 18_114],
      ["total_error_replies", 4],
    ],
    Replication: [
      ["role", "master"],
      ["connected_slaves", 0],
      ["master_failover_state", "no-failover"],
      ["master_replid", redis.runId.split("").toReversed().join("")],
      ["master_replid2", "0000000000000000000000000000000000000000"],
      ["master_repl_offset", 0],
      ["second_repl_offset", -1],
      ["repl_backlog_active", 0],
      ["repl_backlog_size", 1_048_576],
    ],
    CPU: [
      ["used_cpu_sys", (uptimeS * 0.004).toFixed(6)],
      ["used_cpu_user", (uptimeS * 0.009).toFixed(6)],
    ],
    Modules: [],
    Errorstats: [["errorstat_ERR", "count=4"]],
    Cluster: [["cluster_enabled", 0]],
    Keyspace:
      redis.keys === 0 ? [] : [["db0", `keys=${redis.keys},expires=${redis.keys},avg_ttl=${redis.averageTtlMs}`]],
  };
};
