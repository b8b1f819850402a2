import { ACCOUNTS, VERSIONS } from "../layout.ts";
import type { World } from "../world.ts";
import { infoText } from "./info.ts";
import { array, bulk, error, integer, OK, type Resp } from "./resp.ts";
import type { RedisState } from "./state.ts";
import { answerString, STRING_COMMANDS } from "./strings.ts";

/** One client's connection. */
export interface RedisClient {
  readonly id: number;
  protocol: 2 | 3;
  loggedIn: boolean;
  /** An operator's account may write the keys that are midwatch's own; one that looks may read them. */
  mayWrite: boolean;
  name: string;
}

interface Request {
  readonly world: World;
  readonly redis: RedisState;
  readonly client: RedisClient;
  readonly args: readonly string[];
  readonly passwords: Passwords;
}

/** By account. */
export type Passwords = Readonly<Record<string, string>>;

/** Answers one command as the account `midwatch` would be: what its ACL leaves out is refused by name. */
export const answerRedis = (
  world: World,
  redis: RedisState,
  client: RedisClient,
  words: readonly string[],
  passwords: Passwords,
): Resp => {
  const [name = "", ...args] = words;
  const command = name.toUpperCase();
  const request: Request = { world, redis, client, args, passwords };
  const open = OPEN[command];
  if (open !== undefined) return open(request);
  if (!client.loggedIn) return error("NOAUTH Authentication required.");
  if ((client.mayWrite || command === "GET" || command === "EXISTS") && STRING_COMMANDS.has(command))
    return ofOwnKeys(world, redis, command, args);
  const answer = ALLOWED[command];
  if (answer !== undefined) return answer(request);
  if (REAL.has(command)) {
    return error(`NOPERM this user has no permissions to run the '${name.toLowerCase()}' command`);
  }
  const shown = args.map((arg) => `'${arg}' `).join("");
  return error(`ERR unknown command '${name}', with args beginning with: ${shown}`);
};

type Answer = (request: Request) => Resp;

/** `~midwatch:*`: keys of any other name are not the account's. */
const ofOwnKeys = (world: World, redis: RedisState, command: string, args: readonly string[]): Resp => {
  const keys =
    command === "EVAL"
      ? args.slice(2, 2 + Number(args[1]))
      : command === "EXISTS" || command === "DEL"
        ? args
        : args.slice(0, 1);
  if (!keys.every((key) => key.startsWith("midwatch:"))) return error("NOPERM No permissions to access a key");
  return answerString(world, redis, command, args);
};

/** Commands there are, and this account may not use. */
const REAL = new Set("SET DEL INCR PEXPIRE KEYS MONITOR FLUSHALL FLUSHDB SHUTDOWN DEBUG EVAL SAVE BGSAVE".split(" "));

const login = (request: Request, user: string, password: string): Resp | undefined => {
  if (!Object.hasOwn(request.passwords, user) || password !== request.passwords[user]) {
    return error("WRONGPASS invalid username-password pair or user is disabled.");
  }
  request.client.loggedIn = true;
  request.client.mayWrite = user === ACCOUNTS.serviceOperator;
  return undefined;
};

/** Allowed before the login. */
const OPEN: Readonly<Record<string, Answer | undefined>> = {
  AUTH: (request) => {
    const [first, second] = request.args;
    if (first === undefined) return error("ERR wrong number of arguments for 'auth' command");
    const refused = second === undefined ? login(request, "default", first) : login(request, first, second);
    return refused ?? OK;
  },
  HELLO: (request) => {
    const { client, args } = request;
    const [version = String(client.protocol), ...options] = args;
    if (version !== "2" && version !== "3") return error("NOPROTO unsupported protocol version");
    const at = options.findIndex((word) => word.toUpperCase() === "AUTH");
    if (at >= 0) {
      const refused = login(request, options[at + 1] ?? "", options[at + 2] ?? "");
      if (refused !== undefined) return refused;
    }
    if (!client.loggedIn) {
      return error(
        "NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO <proto> AUTH <user> <pass> option can be used to authenticate the client and select the RESP protocol version at the same time",
      );
    }
    client.protocol = version === "3" ? 3 : 2;
    return {
      kind: "map",
      entries: [
        ["server", bulk("redis")],
        ["version", bulk(VERSIONS.redis)],
        ["proto", integer(client.protocol)],
        ["id", integer(client.id)],
        ["mode", bulk("standalone")],
        ["role", bulk("master")],
        ["modules", array([])],
      ],
    };
  },
  QUIT: () => OK,
};

const ALLOWED: Readonly<Record<string, Answer | undefined>> = {
  PING: ({ args }) => (args[0] === undefined ? { kind: "simple", text: "PONG" } : bulk(args[0])),
  ECHO: ({ args }) => bulk(args[0] ?? ""),
  SELECT: () => OK,
  INFO: ({ world, redis, args }) => ({ kind: "verbatim", text: infoText(world, redis, args) }),
  DBSIZE: ({ redis }) => integer(redis.keys + redis.strings.size),
  SCAN: (request) => scan(request),
  TIME: ({ world }) =>
    array([bulk(String(Math.floor(world.nowMs / 1_000))), bulk(String(Math.floor((world.nowMs % 1_000) * 1_000)))]),
  LASTSAVE: ({ redis }) => integer(Math.floor(redis.lastSaveMs / 1_000)),
  ROLE: () => array([bulk("master"), integer(0), array([])]),
  CLIENT: (request) => client(request),
  CONFIG: ({ args }) => refused("config", args[0]),
  ACL: ({ args }) => refused("acl", args[0]),
};

const client = ({ client, args }: Request): Resp => {
  const [verb = "", value = ""] = args;
  switch (verb.toUpperCase()) {
    case "SETNAME":
      client.name = value;
      return OK;
    case "GETNAME":
      return bulk(client.name === "" ? null : client.name);
    case "ID":
      return integer(client.id);
    // CLIENT SETINFO came with Redis 7.2, which Debian 12 does not have.
    default:
      return error(`ERR unknown subcommand '${verb}'. Try CLIENT HELP.`);
  }
};

const refused = (command: string, subcommand = ""): Resp =>
  error(`NOPERM this user has no permissions to run the '${command}|${subcommand.toLowerCase()}' command`);

/** Keys by number, so that a scan comes to exactly as many as DBSIZE says. */
const scan = ({ redis, args }: Request): Resp => {
  const [cursor = "0", ...options] = args;
  const option = (name: string): string | undefined => {
    const at = options.findIndex((word) => word.toUpperCase() === name);
    return at < 0 ? undefined : options[at + 1];
  };
  const start = Number(cursor);
  const count = Number(option("COUNT") ?? "10");
  if (!Number.isInteger(start) || start < 0) return error("ERR invalid cursor");
  if (!Number.isInteger(count) || count < 1) return error("ERR syntax error");
  const test = globTest(option("MATCH") ?? "*");
  const end = Math.min(redis.keys, start + count);
  const keys: Resp[] = [];
  for (let index = start; index < end; index += 1) {
    const key = `${redis.prefix}${(index * 2_654_435_761).toString(36).padStart(11, "0")}${redis.runId.slice(0, 15)}`;
    if (test(key)) keys.push(bulk(key));
  }
  return array([bulk(end >= redis.keys ? "0" : String(end)), array(keys)]);
};

/** Redis' glob: `*`, `?`, `[…]`, and a backslash that takes the next character as it is. */
const globTest = (pattern: string): ((text: string) => boolean) => {
  const source = pattern.replaceAll(/\\(.)|\[\^?[^\]]*\]|[\s\S]/g, (token, escaped: string | undefined) => {
    if (escaped !== undefined) return literal(escaped);
    if (token === "*") return "[^]*";
    if (token === "?") return "[^]";
    return token.length > 1 ? token : literal(token);
  });
  const expression = new RegExp(`^${source}$`, "i");
  return (text) => expression.test(text);
};

const literal = (character: string): string => character.replace(/[.*+?^${}()|[\]\\/-]/, String.raw`\$&`);
