import type { Secret } from "../../inventory/secret.ts";
import type { HostKeyName } from "./known-hosts.ts";

/** One sshd on the way to a host, and everything needed to get past it. */
export interface Hop {
  /** For messages: the inventory's name of the host, or the jump as it was written. */
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly family: 0 | 4 | 6;
  readonly user: string;
  readonly keyName: HostKeyName;
  readonly identities: Identities;
  readonly knownHosts: KnownHostsFiles;
  readonly connectDeadlineMs: number;
  /** A command whose stdin and stdout are the connection; only for the first hop. */
  readonly proxyCommand?: string;
}

export interface Identities {
  /** The key the inventory names: it must be usable, and is tried first. */
  readonly key?: string;
  readonly passphrase?: Secret;
  /** ssh_config's, or OpenSSH's defaults: tried where they exist. */
  readonly files: readonly string[];
  /** Offer no agent key but those of the files above. */
  readonly only: boolean;
  readonly agentSocket?: string;
}

export interface KnownHostsFiles {
  readonly files: readonly string[];
  /** Where a key is saved; none where the person keeps none. */
  readonly saveTo?: string;
  readonly hash: boolean;
  /** Keys that are never accepted, whoever else vouches for them (RevokedHostKeys). */
  readonly revoked?: string;
}
