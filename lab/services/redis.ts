import { grantsOf } from "../cluster/grants.ts";
import { ACCOUNTS } from "../cluster/inventory.ts";
import type { Secrets } from "../cluster/secrets.ts";
import { inHost, tryIn } from "../hosts/process.ts";
import type { Ran } from "../machine/exec.ts";
import { REDIS, redisHost } from "../topology.ts";

export type RedisInstance = (typeof REDIS)[number];

export const redisUnit = ({ port }: RedisInstance): string => `redis-server@${port}`;

const passwordOf = ({ name }: RedisInstance, secrets: Secrets): string =>
  secrets[name === "cache" ? "redis-cache" : "redis-sessions"];

/** redis-cli with the password from standard input, so that it stands in no argument list. */
export const redisCli = (instance: RedisInstance, secrets: Secrets, command: string): Promise<Ran> =>
  tryIn(
    redisHost,
    `read -r REDISCLI_AUTH; export REDISCLI_AUTH; timeout 5 redis-cli --no-auth-warning -p ${instance.port} ${command}`,
    { input: `${passwordOf(instance, secrets)}\n`, timeoutMs: 8_000 },
  );

/** midwatch's accounts as `midwatch grants` has them, also where Redis was started with others. */
const ensureAccounts = (instance: RedisInstance, secrets: Secrets): Promise<Ran> => {
  const lines = (["operator", "viewer"] as const).map((role) => {
    const { redisUser, redisSecret } = ACCOUNTS[role];
    return `ACL SETUSER ${redisUser} reset on >${secrets[redisSecret]} ${grantsOf(role).redis(instance.name)}`;
  });
  return tryIn(
    redisHost,
    `read -r REDISCLI_AUTH; export REDISCLI_AUTH; timeout 5 redis-cli --no-auth-warning -p ${instance.port}`,
    { input: `${[passwordOf(instance, secrets), ...lines].join("\n")}\n`, timeoutMs: 8_000 },
  );
};

const answers = async (instance: RedisInstance, secrets: Secrets): Promise<boolean> => {
  const { stdout } = await redisCli(instance, secrets, "CONFIG GET maxmemory-policy");
  return stdout.includes(instance.policy);
};

/** Brings both instances back with their own settings. */
export const ensureRedis = async (secrets: Secrets): Promise<void> => {
  for (const instance of REDIS) {
    await inHost(redisHost, `systemctl start ${redisUnit(instance)}`);
    if (!(await answers(instance, secrets))) await inHost(redisHost, `systemctl restart ${redisUnit(instance)}`);
    const limit = `CONFIG SET maxmemory ${instance.maxMemory} maxmemory-policy ${instance.policy}`;
    await redisCli(instance, secrets, limit);
    await ensureAccounts(instance, secrets);
  }
};

export const flushRedis = async (secrets: Secrets): Promise<void> => {
  for (const instance of REDIS) {
    await redisCli(instance, secrets, "FLUSHALL");
    await redisCli(instance, secrets, "CONFIG RESETSTAT");
  }
};
