import { varying } from "../../connect/vary.ts";
import type { Cluster } from "../../inventory/cluster.ts";
import type { Allowed } from "../allowed.ts";
import { allowRestarts } from "../host/units.ts";

const UNIT = varying("redis(-server)?(@[A-Za-z0-9_-]+)?[.]service", "redis-server@6379.service");

/** A cache may be restarted; which unit it is is found out on the host. */
export const allowedOnRedis = ({ redis }: Pick<Cluster, "redis">): readonly Allowed[] =>
  [...new Set(redis.filter(({ purpose }) => purpose === "cache").map(({ host }) => host))].flatMap((host) =>
    allowRestarts(host, UNIT),
  );
