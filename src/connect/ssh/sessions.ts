import type { Duplex } from "node:stream";
import type { Link, Outcome } from "../access.ts";
import type { Ask } from "../command.ts";
import type { Problem } from "./problem.ts";

/** Where a tunnel ends, as the host itself sees it. */
export type ForwardTarget = { readonly host: string; readonly port: number } | { readonly socketPath: string };

export type Forwarded =
  | { readonly ok: true; /** Raw and uncleaned. An error handler is already attached. */ readonly stream: Duplex }
  | ({ readonly ok: false } & Problem);

/** The SSH connections to a cluster's hosts, one per host: what every other connector goes through. */
export interface SshSessions {
  /**
   * Sends `host` asks to one host; each is delivered exactly once, at the latest at its deadline. Never rejects.
   * An ask of another kind, or one that changes anything, is delivered as refused without being sent.
   */
  readonly ask: (
    host: string,
    asks: readonly Ask<"read">[],
    deliver: (ask: Ask<"read">, outcome: Outcome) => void,
  ) => Promise<void>;
  /**
   * Opens a stream through the host to a TCP port or unix socket. Settles within `deadlineMs`, which includes waiting
   * for a connection that is still being made; never rejects. End the stream when done with it. It closes by itself
   * when the connection to the host is lost.
   */
  readonly forward: (host: string, to: ForwardTarget, deadlineMs: number) => Promise<Forwarded>;
  readonly link: (host: string) => Link;
  /** Called on every change of any host's link; returns the unsubscribe. */
  readonly onLink: (listener: (host: string, link: Link) => void) => () => void;
  /** Tries again now, whatever the back-off says, and asks again about keys that were refused. All hosts without one named. */
  readonly retry: (host?: string) => void;
  readonly close: () => Promise<void>;
}
