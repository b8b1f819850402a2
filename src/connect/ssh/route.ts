import type { Cluster, SshConfig } from "../../inventory/cluster.ts";
import { HOME, identitiesOf, knownHostsOf, ownName } from "./hop-files.ts";
import type { Hop } from "./hop.ts";
import { problem, type Problem } from "./problem.ts";
import type { AskSshConfig } from "./ssh-config.ts";
import { expandHome, expandTokens, parseJump } from "./ssh-g.ts";

export type Route = { readonly ok: true; readonly hops: readonly [Hop, ...Hop[]] } | ({ readonly ok: false } & Problem);

/** The hops to a host, in order; the host itself is the last. What the inventory says wins over ssh_config. */
export const findRoute = async (cluster: Cluster, hostName: string, ask: AskSshConfig): Promise<Route> => {
  const end = await resolve(cluster, { name: hostName }, ask);
  if (!end.ok) return end;
  const before: Hop[] = [];
  let jumps = end.jumps;
  while (jumps.length > 0) {
    const stops: Stop[] = [];
    for (const spec of jumps) {
      const jump = await resolve(cluster, { spec }, ask);
      if (!jump.ok) return jump;
      stops.push(jump);
    }
    before.unshift(...stops.map((jump, index) => (index === 0 ? jump.hop : reachedThrough(jump.hop))));
    if (before.length > MAX_JUMPS) {
      const circle = `${hostName}: more than ${MAX_JUMPS} jump hosts; do they lead in a circle?`;
      return { ok: false, ...problem("failed", circle, "check ProxyJump in ~/.ssh/config") };
    }
    // As OpenSSH: only the first of a list of jumps may have jumps of its own.
    jumps = stops[0]?.jumps ?? [];
  }
  const [first, ...rest] = before;
  return { ok: true, hops: first === undefined ? [end.hop] : [first, ...rest, reachedThrough(end.hop)] };
};

/** A hop behind another is reached through that one, whatever ProxyCommand it has for itself. */
const reachedThrough = (hop: Hop): Hop => {
  const { proxyCommand: ignored, ...rest } = hop;
  return ignored === undefined ? hop : rest;
};

const MAX_JUMPS = 8;
const CONNECT_DEADLINE_MS = 10_000;

interface Stop {
  readonly ok: true;
  readonly hop: Hop;
  readonly jumps: readonly string[];
}

const resolve = async (
  cluster: Cluster,
  wanted: { readonly name: string } | { readonly spec: string },
  ask: AskSshConfig,
): Promise<Stop | ({ readonly ok: false } & Problem)> => {
  const target = "name" in wanted ? inventoryTarget(cluster, wanted.name) : jumpTarget(cluster, wanted.spec);
  if (!target.ok) return target;
  const { name, address, ssh } = target;
  const asked = ssh.useSshConfig ? await ask({ address, ...pick(ssh) }) : { ok: true as const };
  if (!asked.ok) return asked;
  const config = asked.config;
  const port = ssh.port ?? config?.port ?? 22;
  const user = ssh.user ?? config?.user ?? ownName();
  const hostName = config?.hostName ?? address;
  const tokens = {
    d: HOME,
    h: hostName,
    n: address,
    p: String(port),
    r: user,
    u: ownName(),
    k: config?.hostKeyAlias ?? address,
  };
  const expand = (text: string): string => expandHome(expandTokens(text, tokens), HOME);
  // A jump in the inventory wins over a ProxyCommand in ssh_config; in ssh_config itself ssh has already chosen.
  const proxied = ssh.jump === undefined && config?.proxyCommand !== undefined;
  const unsafe = [hostName, user].find((word) => !/^[\w.:@%+-]+$/.test(word) || word.startsWith("-"));
  if (unsafe !== undefined) {
    return { ok: false, ...problem("failed", `${name}: "${unsafe}" is not a name midwatch connects with`) };
  }
  const hop: Hop = {
    name,
    address: hostName,
    port,
    family: config?.family ?? 0,
    user,
    keyName:
      config?.hostKeyAlias === undefined
        ? { kind: "address", host: hostName, port }
        : { kind: "alias", alias: config.hostKeyAlias },
    identities: identitiesOf(ssh, config, expand),
    knownHosts: knownHostsOf(ssh, config, expand),
    connectDeadlineMs: config?.connectTimeoutMs ?? CONNECT_DEADLINE_MS,
    ...(proxied ? { proxyCommand: expandTokens(config.proxyCommand ?? "", tokens) } : {}),
  };
  const jumps = ssh.jump ?? config?.proxyJump?.split(",") ?? [];
  return { ok: true, hop, jumps };
};

type Target =
  | { readonly ok: true; readonly name: string; readonly address: string; readonly ssh: SshConfig }
  | ({ readonly ok: false } & Problem);

const inventoryTarget = (cluster: Cluster, name: string): Target => {
  const host = cluster.hosts.find((candidate) => candidate.name === name);
  return host === undefined
    ? { ok: false, ...problem("missing", `${name}: no such host in cluster ${cluster.name}`) }
    : { ok: true, name, address: host.address, ssh: host.ssh };
};

/** A jump may be a host of the inventory, and then brings its own settings. */
const jumpTarget = (cluster: Cluster, spec: string): Target => {
  const jump = parseJump(spec);
  if (jump === undefined) {
    return { ok: false, ...problem("failed", `jump host "${spec}" cannot be read`, "write it as user@host:port") };
  }
  const host = cluster.hosts.find((candidate) => candidate.name === jump.host);
  const ssh = host?.ssh ?? { agent: true, useSshConfig: cluster.hosts.some((each) => each.ssh.useSshConfig) };
  return { ok: true, name: spec, address: host?.address ?? jump.host, ssh: { ...ssh, ...pick(jump) } };
};

const pick = (from: {
  readonly user?: string;
  readonly port?: number;
}): { readonly user?: string; readonly port?: number } => ({
  ...(from.user === undefined ? {} : { user: from.user }),
  ...(from.port === undefined ? {} : { port: from.port }),
});
