import { isRunning } from "../host/state.ts";
import { ACCOUNTS } from "../layout.ts";
import type { Room, Secrets } from "../room.ts";
import { serveRedis } from "./server.ts";
import { REDIS_UNIT, type RedisName } from "./state.ts";

const INSTANCES: readonly (readonly [RedisName, number])[] = [
  ["cache", 6_379],
  ["sessions", 6_380],
];

export const redisRoom = (secrets: Secrets): Room => ({
  programs: [],
  services: INSTANCES.map(([name, port]) => ({
    host: "lb1",
    at: port,
    isListening: (world) => isRunning(world.hosts.lb1, REDIS_UNIT[name]),
    serve: (stream, simulation) =>
      serveRedis(stream, name, simulation, {
        [ACCOUNTS.service]: secrets.redis,
        [ACCOUNTS.serviceOperator]: secrets.redisOperator,
      }),
  })),
});
