import type { World } from "../world.ts";
import { bulk, error, integer, OK, type Resp } from "./resp.ts";
import type { RedisState } from "./state.ts";

/** A plain string key, which may expire. */
export interface StringKey {
  readonly text: string;
  readonly expiresAtMs?: number;
}

/** Commands on plain strings, as an operator's account may give them. */
export const answerString = (world: World, redis: RedisState, command: string, args: readonly string[]): Resp => {
  forgetExpired(world, redis);
  const [key = "", ...rest] = args;
  switch (command) {
    case "GET":
      return bulk(redis.strings.get(key)?.text ?? null);
    case "EXISTS":
      return integer(args.filter((each) => redis.strings.has(each)).length);
    case "SET":
      return set(world, redis, key, rest);
    case "DEL":
      return integer(args.filter((each) => redis.strings.delete(each)).length);
    case "INCR":
      return increment(redis, key);
    case "PEXPIRE":
      return expire(world, redis, key, Number(rest[0]));
    case "EVAL":
      return compareAndAct(world, redis, args);
    default:
      return error(`ERR unknown command '${command}'`);
  }
};

export const STRING_COMMANDS: ReadonlySet<string> = new Set(["GET", "EXISTS", "SET", "DEL", "INCR", "PEXPIRE", "EVAL"]);

const forgetExpired = (world: World, redis: RedisState): void => {
  for (const [key, { expiresAtMs }] of redis.strings)
    if (expiresAtMs !== undefined && expiresAtMs <= world.nowMs) redis.strings.delete(key);
};

const set = (world: World, redis: RedisState, key: string, [text = "", ...options]: readonly string[]): Resp => {
  const words = options.map((word) => word.toUpperCase());
  if (words.includes("NX") && redis.strings.has(key)) return bulk(null);
  const at = words.indexOf("PX");
  const ttlMs = at < 0 ? undefined : Number(options[at + 1]);
  if (ttlMs !== undefined && !(ttlMs > 0)) return error("ERR invalid expire time in 'set' command");
  redis.strings.set(key, { text, ...(ttlMs === undefined ? {} : { expiresAtMs: world.nowMs + ttlMs }) });
  return OK;
};

const increment = (redis: RedisState, key: string): Resp => {
  const before = redis.strings.get(key);
  const number = Number(before?.text ?? "0");
  if (!Number.isSafeInteger(number)) return error("ERR value is not an integer or out of range");
  redis.strings.set(key, { ...before, text: String(number + 1) });
  return integer(number + 1);
};

const expire = (world: World, redis: RedisState, key: string, ttlMs: number): Resp => {
  const before = redis.strings.get(key);
  if (before === undefined) return integer(0);
  redis.strings.set(key, { text: before.text, expiresAtMs: world.nowMs + ttlMs });
  return integer(1);
};

/** The compare-and-act script of Redis' own page on SET, with whatever command: the one script understood here. */
const SHAPE =
  /^\s*if\s+redis\.call\(\s*["']get["']\s*,\s*KEYS\[1\]\s*\)\s*==\s*ARGV\[1\]\s+then\s+return\s+redis\.call\(([^)]*)\)\s+else\s+return\s+0\s+end\s*$/;

const compareAndAct = (world: World, redis: RedisState, args: readonly string[]): Resp => {
  const [script = "", count = "0", ...rest] = args;
  const act = SHAPE.exec(script)?.[1];
  if (act === undefined) return error("ERR this Redis understands compare-and-act scripts only");
  const keys = rest.slice(0, Number(count));
  const values = rest.slice(Number(count));
  if (redis.strings.get(keys[0] ?? "")?.text !== values[0]) return integer(0);
  const words = act.split(",").map((word) => {
    const given = /^(KEYS|ARGV)\[(\d+)\]$/.exec(word.trim());
    if (given === null) return word.trim().replaceAll(/^["']|["']$/g, "");
    return (given[1] === "KEYS" ? keys : values)[Number(given[2]) - 1] ?? "";
  });
  const [command = "", ...parameters] = words;
  return answerString(world, redis, command.toUpperCase(), parameters);
};
