import type { Ask } from "../src/connect/command.ts";
import { quote, quoteAll } from "../src/connect/ssh/quote.ts";
import type { Cluster, RedisConfig } from "../src/inventory/cluster.ts";
import type { Probe } from "../src/systems/probe.ts";

/** How a host's questions are asked: all at once, or one after another as a script usually has them. */
export type Manner = "side by side" | "one after another";

/**
 * The shell script that gathers on every host what `status` gathers: each question of the catalogue, asked by the
 * daemons' own programs. In the script's favour: one `mariadb`, one `redis-cli` and one `socat` carry all their
 * questions together, programs the hosts do not have are left out, and nothing is parsed or judged.
 */
export const gatherScript = (gathered: Gathered, probes: readonly Probe[], manner: Manner): string => {
  const byHost = Map.groupBy(probes.filter(isDebian), ({ candidates }) => hostOf(gathered, candidates[0] ?? ""));
  const cases = [...byHost].map(([host, own]) => `${host})\n${hostScript(gathered, own, manner)}\n;;`);
  return `export LC_ALL=C\ncase $(hostname) in\n${cases.join("\n")}\nesac\n`;
};

export interface Gathered {
  readonly cluster: Cluster;
  /** By instance. Reaches the hosts on stdin, as all of the script does. */
  readonly redisPasswords: ReadonlyMap<string, string>;
}

/** The lab is Debian; what is asked of Red Hat's family would only cost the script. */
const isDebian = ({ ask: { commandId } }: Probe): boolean => !/dnf|needs_restarting/.test(commandId);

const hostOf = ({ cluster }: Gathered, target: string): string =>
  cluster.redis.find(({ name }) => name === target)?.host ?? target;

const hostScript = (gathered: Gathered, probes: readonly Probe[], manner: Manner): string => {
  const chains = [...Map.groupBy(probes, chainOf).values()].map((chain) => chainScript(gathered, chain));
  if (manner === "one after another") return chains.join("\n");
  return `${chains.map((chain) => `{ ${chain}; } &`).join("\n")}\nwait`;
};

/** What goes one after another: the quick questions, Gluster's under one lock, each service's own. */
const chainOf = (probe: Probe): string => {
  const { send } = probe.ask;
  if (probe.candidates.length > 1) return `elected ${probe.group ?? probe.target}`;
  if (send.kind === "host") return send.lane === "batch" ? "quick" : probe.key;
  return send.kind === "http" ? probe.key : `${send.kind} ${probe.target}`;
};

const chainScript = (gathered: Gathered, chain: readonly Probe[]): string => {
  const lines = chain.flatMap(({ ask }) => linesTo(ask));
  const [first] = chain;
  const redis = gathered.cluster.redis.find(({ name }) => name === first?.target);
  switch (first?.ask.kind) {
    case "sql":
      return `${piped(lines)} | sudo -n mariadb -B`;
    case "redis":
      return redis === undefined ? ":" : `${piped(lines)} | ${redisCli(gathered, redis)}`;
    case "haproxy":
      return `${piped([lines.join("; ")])} | socat - ${haproxySocket(gathered, first.target)}`;
    default:
      return chain.map(({ ask }) => program(ask)).join("; ");
  }
};

/** What is typed to a service's own program, a line each. */
const linesTo = ({ send }: Ask): readonly string[] => {
  if (send.kind === "sql") return [`${send.sql.replaceAll(/\s+/g, " ")};`];
  if (send.kind === "redis") return send.calls.map((call) => call.join(" "));
  return send.kind === "haproxy" ? [send.line] : [];
};

const program = ({ send, privilege, deadlineMs }: Ask): string => {
  const seconds = Math.ceil(deadlineMs / 1_000);
  if (send.kind === "host")
    return `timeout -k 1 ${seconds} ${privilege.need === "root" ? "sudo -n " : ""}${quoteAll(send.argv)} 2>&1 </dev/null`;
  if (send.kind !== "http") return ":";
  const header = send.hostHeader === undefined ? "" : `-H ${quote(`Host: ${send.hostHeader}`)} `;
  return `curl -s -m ${seconds} ${header}${quote(send.url)}`;
};

const piped = (lines: readonly string[]): string => `printf '%s\\n' ${quoteAll(lines)}`;

const redisCli = ({ redisPasswords }: Gathered, { name, port, user }: RedisConfig): string => {
  const password = redisPasswords.get(name);
  return [
    ...(password === undefined ? [] : [`REDISCLI_AUTH=${quote(password)}`]),
    `redis-cli -p ${port}`,
    ...(user === undefined ? [] : [`--user ${quote(user)}`]),
  ].join(" ");
};

const haproxySocket = ({ cluster }: Gathered, host: string): string => {
  const via = cluster.haproxy?.loadBalancers.find((each) => each.host === host)?.via;
  if (via?.kind === "socket") return quote(`UNIX-CONNECT:${via.path}`);
  if (via?.kind === "tcp") return quote(`TCP:${via.host}:${via.port}`);
  throw new Error(`${host} has no socket a script could ask`);
};
