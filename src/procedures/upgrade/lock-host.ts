import type { Cluster, RedisConfig } from "../../inventory/cluster.ts";

interface Keeping extends Pick<Cluster, "lockRedis"> {
  readonly redis: readonly Pick<RedisConfig, "name" | "host">[];
}

/** Of hosts that may be rebooted, the one whose Redis keeps the cluster's lock: it is renewed by nobody meanwhile. */
export const lockNotes = (hosts: readonly string[], { redis, lockRedis }: Keeping): readonly string[] =>
  redis.flatMap(({ name, host }) =>
    name === lockRedis && hosts.includes(host)
      ? [
          `${host}: the cluster's lock is kept there (Redis ${name}): a reboot that takes longer than the lock is valid stops this, and midwatch journal resume goes on`,
        ]
      : [],
  );
