import type { Ask } from "./command.ts";
import type { Reply } from "./reply.ts";
import type { UnknownReason } from "./sample.ts";

/** What came of one ask. */
export type Outcome =
  | { readonly ok: true; readonly reply: Reply }
  | {
      readonly ok: false;
      readonly reason: UnknownReason;
      /** One line, in the operator's words, naming host and what was tried; no secrets. */
      readonly detail: string;
      readonly fix?: string;
      readonly sentAtMs: number;
      readonly atMs: number;
    };

/** The SSH connection to a host. */
export type Link =
  | { readonly state: "connecting"; readonly sinceMs: number }
  | { readonly state: "up"; readonly sinceMs: number; /** Last measured round trip. */ readonly roundTripMs?: number }
  | {
      readonly state: "down";
      readonly sinceMs: number;
      readonly reason: UnknownReason;
      readonly detail: string;
      readonly fix?: string;
      readonly nextTryAtMs?: number;
    };

/**
 * Access to a cluster's hosts and services that cannot change anything: its type takes only `read` commands, and every
 * connector behind it refuses others again at run time.
 */
export interface ReadAccess {
  /**
   * Sends asks that share a target and a kind in one round trip. Each ask is delivered exactly once, as its answer
   * comes or when its deadline passes, whatever the others do; the promise settles after the last one and never
   * rejects. `target` is a host name (host, sql, haproxy, http) or a Redis instance name.
   */
  readonly ask: (
    target: string,
    asks: readonly Ask<"read">[],
    deliver: (ask: Ask<"read">, outcome: Outcome) => void,
  ) => Promise<void>;
  readonly link: (host: string) => Link;
  /** Called on every change of any host's link; returns the unsubscribe. */
  readonly onLink: (listener: (host: string, link: Link) => void) => () => void;
  /** Tries lost links again now, whatever their back-off says; all hosts without one named. */
  readonly retry: (host?: string) => void;
  readonly close: () => Promise<void>;
}

/** Questions only a person can answer. Where nobody can be asked they are absent, and the answer is no. */
export interface Prompts {
  readonly hostKey: (question: HostKeyQuestion) => Promise<"once" | "save" | "refuse">;
  /** Resolves to undefined when the person gives up. */
  readonly passphrase: (question: {
    readonly keyPath: string;
    readonly host: string;
    readonly attempt: number;
  }) => Promise<string | undefined>;
}

export interface HostKeyQuestion {
  readonly host: string;
  readonly address: string;
  readonly port: number;
  readonly keyType: string;
  /** `SHA256:…`, as ssh-keygen -l prints it. */
  readonly fingerprint: string;
}
