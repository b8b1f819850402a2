import type { Secrets } from "../cluster/secrets.ts";
import { inHost } from "../hosts/process.ts";
import { labError } from "../machine/error.ts";
import { redisCli, redisUnit, ensureRedis, type RedisInstance } from "../services/redis.ts";
import { REDIS, redisHost } from "../topology.ts";
import type { Incident } from "./incident.ts";

const instance = (name: RedisInstance["name"]): RedisInstance => {
  const found = REDIS.find((each) => each.name === name);
  if (found === undefined) throw labError(`the lab has no Redis ${name}`);
  return found;
};
const sessions = instance("sessions");

/** More than fits; few and fat, so that nobody takes their end for visitors who were lost. */
const VISITORS = `EVAL "for i=1,40 do redis.call('SET','PHPREDIS_SESSION:incident'..i,string.rep('x',200000),'EX',1440) end" 0`;

const NO_VISITORS = `EVAL "for i=1,40 do redis.call('DEL','PHPREDIS_SESSION:incident'..i) end" 0`;

const askSessions = async (secrets: Secrets, command: string): Promise<void> => {
  const ran = await redisCli(sessions, secrets, command);
  if (!ran.ok || /^\(error\)|^ERR/.test(ran.stdout)) throw labError(`Redis refuses: ${ran.stdout}${ran.stderr}`);
};

export const redisIncidents: readonly Incident[] = [
  {
    name: "sessions-redis-down",
    what: "the Redis of the sessions is stopped on lb1",
    breakIt: () => inHost(redisHost, `systemctl stop ${redisUnit(sessions)}`),
    healIt: ensureRedis,
  },
  {
    name: "sessions-evicting",
    what: "the Redis of the sessions has 3 MB and may evict; more visitors come than fit",
    breakIt: async (secrets) => {
      await askSessions(secrets, "CONFIG SET maxmemory 3mb maxmemory-policy allkeys-lru");
      await askSessions(secrets, VISITORS);
    },
    healIt: async (secrets) => {
      await askSessions(secrets, `CONFIG SET maxmemory ${sessions.maxMemory} maxmemory-policy ${sessions.policy}`);
      // Theirs alone: those of others would be lost sessions, and rightly told as such.
      await askSessions(secrets, NO_VISITORS);
    },
  },
];
