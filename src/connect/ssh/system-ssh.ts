import type { Cluster, Host, SshConfig } from "../../inventory/cluster.ts";
import { quoteAll } from "./quote.ts";
import { parseJump } from "./ssh-g.ts";

/**
 * Arguments for the machine's own ssh to one host, with what the inventory says of it: account, port, key, agent, who
 * is trusted, and the way there. `program` is what it runs there; nothing for a login shell. Undefined for a host that
 * is not in the inventory, or a jump that cannot be read.
 */
export const systemSshArgs = (
  cluster: Pick<Cluster, "hosts">,
  name: string,
  program: readonly string[] = [],
): readonly string[] | undefined => {
  const host = cluster.hosts.find((each) => each.name === name);
  if (host === undefined) return undefined;
  const proxy = proxyFor(cluster, host.ssh.jump ?? []);
  if (proxy === undefined) return undefined;
  const remote = program.length === 0 ? [] : [quoteAll(program)];
  return [...settings(host.ssh), ...proxy, "--", host.address, ...remote];
};

const settings = ({ user, port, key, agent, knownHosts, useSshConfig }: SshConfig): readonly string[] => [
  ...(useSshConfig ? [] : ["-F", "none"]),
  ...(user === undefined ? [] : ["-l", user]),
  ...(port === undefined ? [] : ["-p", String(port)]),
  ...(key === undefined ? [] : ["-i", key, "-o", "IdentitiesOnly=yes"]),
  ...(agent === true ? [] : ["-o", `IdentityAgent=${agent === false ? "none" : configWord(agent)}`]),
  ...(knownHosts === undefined
    ? []
    : ["-o", `UserKnownHostsFile=${knownHosts.map(configWord).join(" ")}`, "-o", "GlobalKnownHostsFile=none"]),
];

/** ssh_config(5): words with spaces stand in double quotes, and % begins a token. */
const configWord = (text: string): string => `"${text.replaceAll("%", "%%")}"`;

/** As OpenSSH's own -J, but every jump with its own settings: -J would take none of them from here. */
const proxyFor = (cluster: Pick<Cluster, "hosts">, jumps: readonly string[]): readonly string[] | undefined => {
  const last = jumps.at(-1);
  if (last === undefined) return [];
  const spec = parseJump(last);
  const before = proxyFor(cluster, jumps.slice(0, -1));
  if (spec === undefined || before === undefined) return undefined;
  const known: Host | undefined = cluster.hosts.find((each) => each.name === spec.host);
  const ssh: SshConfig = {
    ...(known?.ssh ?? { agent: true, useSshConfig: cluster.hosts.some((each) => each.ssh.useSshConfig) }),
    ...(spec.user === undefined ? {} : { user: spec.user }),
    ...(spec.port === undefined ? {} : { port: spec.port }),
  };
  const words = ["ssh", ...settings(ssh), ...before].map((word) => word.replaceAll("%", "%%"));
  const command = `${quoteAll(words)} -W '[%h]:%p' ${quoteAll(["--", known?.address ?? spec.host])}`;
  return ["-o", `ProxyCommand=${command}`];
};
