import { ownKeys } from "../own-keys.ts";
import { probe, type Probe } from "../probe.ts";
import type { System } from "../system.ts";
import { assessRedis } from "./assess.ts";
import { infoCommand, keysCommand, ownKeysCommand } from "./commands.ts";
import { allowedOnRedis } from "./allowed.ts";
import { redisFacts, redisFactsSchema, type RedisFacts } from "./facts.ts";
import { pageTroubles } from "./page-troubles.ts";
import { redisPane } from "./pane.ts";
import { redisReasons } from "./reasons.ts";
import { redisRules } from "./rules.ts";
import { redisSeries } from "./series.ts";
import { redisStates } from "./states.ts";

export const redis: System<RedisFacts> = {
  id: "redis",
  title: "redis",
  commands: [infoCommand, keysCommand, ownKeysCommand],
  present: (cluster) => cluster.redis.length > 0,
  probes: ({ name: cluster, redis: instances, intervals, lockRedis }) =>
    instances.flatMap(({ name, prefix }): readonly Probe[] => [
      probe(infoCommand, name, undefined, intervals.fastMs),
      // In the call that counts all keys: both are of one moment.
      ...(prefix === undefined && name === lockRedis
        ? [probe(ownKeysCommand, name, { keys: ownKeys(cluster) }, intervals.fastMs)]
        : []),
      ...(prefix === undefined ? [] : [probe(keysCommand, name, { prefix }, intervals.servicesMs)]),
    ]),
  facts: redisFacts,
  factsSchema: redisFactsSchema,
  assess: assessRedis,
  pageTroubles,
  allows: allowedOnRedis,
  rules: redisRules,
  reasons: redisReasons,
  states: redisStates,
  series: redisSeries,
  pane: redisPane,
};
