import os from "node:os";
import path from "node:path";
import type { SshConfig } from "../../inventory/cluster.ts";
import { homeFolder } from "../../inventory/home.ts";
import type { Identities, KnownHostsFiles } from "./hop.ts";
import type { SshConfigAnswer } from "./ssh-g.ts";

export const HOME = homeFolder();

export const ownName = (): string => {
  try {
    return os.userInfo().username;
  } catch {
    // An account without an entry in passwd, as in some containers.
    return process.env["USER"] ?? "root";
  }
};

const DEFAULT_KEYS = ["id_rsa", "id_ecdsa", "id_ed25519"].map((file) => path.join(HOME, ".ssh", file));

/** Which keys to offer. Paths in the inventory are absolute already; ssh_config's still hold `~` and tokens. */
export const identitiesOf = (
  ssh: SshConfig,
  config: SshConfigAnswer | undefined,
  expand: (text: string) => string,
): Identities => {
  const agentSocket = agentOf(ssh.agent, config?.identityAgent, expand);
  const rest = {
    only: config?.identitiesOnly ?? false,
    ...(ssh.passphrase === undefined ? {} : { passphrase: ssh.passphrase }),
    ...(agentSocket === undefined ? {} : { agentSocket }),
  };
  // With a key named in the inventory, ssh_config's files would only use up the server's patience (MaxAuthTries).
  if (ssh.key !== undefined) return { key: ssh.key, files: [], ...rest };
  return { files: config?.identityFiles.map((file) => expand(file)) ?? DEFAULT_KEYS, ...rest };
};

const agentOf = (
  inventory: boolean | string,
  identityAgent: string | undefined,
  expand: (text: string) => string,
): string | undefined => {
  if (inventory === false) return undefined;
  if (typeof inventory === "string") return inventory;
  if (identityAgent === "none") return undefined;
  if (identityAgent === undefined || identityAgent === "SSH_AUTH_SOCK") return process.env["SSH_AUTH_SOCK"];
  return identityAgent.startsWith("$") ? process.env[identityAgent.slice(1)] : expand(identityAgent);
};

const DEFAULT_USER_KNOWN_HOSTS = ["known_hosts", "known_hosts2"].map((file) => path.join(HOME, ".ssh", file));
const DEFAULT_GLOBAL_KNOWN_HOSTS = ["/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2"];

/** Which files say who is trusted. */
export const knownHostsOf = (
  ssh: SshConfig,
  config: SshConfigAnswer | undefined,
  expand: (text: string) => string,
): KnownHostsFiles => {
  const own = ssh.knownHosts ?? config?.userKnownHosts.map((file) => expand(file)) ?? DEFAULT_USER_KNOWN_HOSTS;
  const global = ssh.knownHosts === undefined ? (config?.globalKnownHosts ?? DEFAULT_GLOBAL_KNOWN_HOSTS) : [];
  const [saveTo] = own;
  return {
    files: [...own, ...global.map((file) => expand(file))],
    ...(saveTo === undefined || saveTo === "/dev/null" ? {} : { saveTo }),
    hash: config?.hashKnownHosts ?? false,
    ...(config?.revokedHostKeys === undefined ? {} : { revoked: expand(config.revokedHostKeys) }),
  };
};
