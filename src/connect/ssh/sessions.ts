import type { Cluster } from "../../inventory/cluster.ts";
import type { Link, Outcome, Prompts } from "../access.ts";
import type { Ask, Effect } from "../command.ts";
import { grantFault, type OperatorGrant } from "../grant.ts";
import { forward } from "./forward.ts";
import type { ForwardTarget, Forwarded } from "./forward-types.ts";
import { openHostKeys } from "./host-key.ts";
import { openKeyRing } from "./key-ring.ts";
import { openHostPending, type HostPending } from "./pending.ts";
import { problem, type Problem } from "./problem.ts";
import { openQuestions } from "./questions.ts";
import { findRoute } from "./route.ts";
import { openSession, type Session } from "./session.ts";
import { askSshConfig } from "./ssh-config.ts";

export type { Forwarded, ForwardTarget } from "./forward-types.ts";

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
   * Sends one command that changes something, as a process of its own, once. Without an operator's grant it is refused
   * here too, whatever was checked before. Settles at its deadline at the latest; never rejects.
   */
  readonly order: (host: string, ask: Ask<"change">, grant: OperatorGrant) => Promise<Outcome>;
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

export interface SshSessionsOptions {
  /** Without them unknown host keys and locked keys are refused. */
  readonly prompts?: Prompts;
  /** Read instead of the usual ssh_config files. */
  readonly sshConfigFile?: string;
}

/** Starts connecting to every host of the cluster at once. */
export const openSshSessions = (cluster: Cluster, options: SshSessionsOptions = {}): SshSessions => {
  const questions = openQuestions();
  const hostKeys = openHostKeys(questions, options.prompts);
  const keyRing = openKeyRing(questions, options.prompts);
  const askConfig = askSshConfig(options.sshConfigFile);
  const listeners = new Set<(host: string, link: Link) => void>();
  const sessions = new Map<string, Session>(
    cluster.hosts.map(({ name }) => [
      name,
      openSession({
        hostName: name,
        findRoute: async () => findRoute(cluster, name, askConfig),
        trust: { hostKeys, keyRing },
        onLink: (link) => {
          for (const listener of listeners) listener(name, link);
        },
      }),
    ]),
  );
  const noSuchHost = (host: string): Problem => problem("missing", `${host}: no such host in cluster ${cluster.name}`);

  return {
    ask: async (host, asks, deliver) => {
      const session = sessions.get(host);
      await new Promise<void>((resolve) => {
        let open = asks.length;
        if (open === 0) resolve();
        const delivered = (ask: Ask<"read">, outcome: Outcome): void => {
          deliver(ask, outcome);
          open -= 1;
          if (open === 0) resolve();
        };
        const sendable: HostPending[] = [];
        for (const ask of asks) {
          const refused = session === undefined ? noSuchHost(host) : refusal(host, ask, "read");
          if (session === undefined || ask.send.kind !== "host" || refused !== undefined) {
            const now = Date.now();
            delivered(ask, { ok: false, ...(refused ?? noSuchHost(host)), sentAtMs: now, atMs: now });
          } else {
            sendable.push(
              openHostPending({
                ask,
                send: ask.send,
                deliver: (outcome) => delivered(ask, outcome),
                explain: session.explainWaiting,
                silence: session.silence,
              }),
            );
          }
        }
        session?.add(sendable);
      });
    },
    order: (host, ask, grant) => {
      const session = sessions.get(host);
      const fault = grantFault(grant);
      const refused = fault === undefined ? refusal(host, ask, "change") : problem("privilege", `${host}: ${fault}`);
      const { promise, resolve } = Promise.withResolvers<Outcome>();
      if (session === undefined || ask.send.kind !== "host" || refused !== undefined) {
        const now = Date.now();
        resolve({ ok: false, ...(refused ?? noSuchHost(host)), sentAtMs: now, atMs: now });
      } else {
        session.add([
          openHostPending({
            ask,
            send: ask.send,
            deliver: resolve,
            explain: session.explainWaiting,
            silence: session.silence,
          }),
        ]);
      }
      return promise;
    },
    forward: async (host, to, deadlineMs) => {
      const session = sessions.get(host);
      return session === undefined ? { ok: false, ...noSuchHost(host) } : forward(session, host, to, deadlineMs);
    },
    link: (host) => sessions.get(host)?.link() ?? { state: "down", sinceMs: 0, ...noSuchHost(host) },
    onLink: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    retry: (host) => {
      hostKeys.askAgain();
      keyRing.askAgain();
      for (const [name, session] of sessions) if (host === undefined || host === name) session.retry();
    },
    close: async () => {
      for (const session of sessions.values()) session.close();
    },
  };
};

/** The types say so too; this is for what got past them. */
const refusal = (
  host: string,
  { commandId, send, effect }: { readonly commandId: string; readonly send: Ask["send"]; readonly effect: string },
  wanted: Effect,
): Problem | undefined => {
  if (effect !== wanted)
    return wanted === "read"
      ? problem("privilege", `${host}: ${commandId} changes something; read access does not send it`)
      : problem("failed", `${host}: ${commandId} is a question, not a change`);
  if (send.kind !== "host") return problem("failed", `${host}: ${commandId} is not a question for a shell`);
  // The shared shell sends again what was held up: harmless for a question only.
  if (wanted === "change" && send.lane !== "own")
    return problem("failed", `${host}: ${commandId} was not sent: a change needs a process of its own`);
  const unsendable = send.argv.length === 0 || send.argv.some((word) => /[\0\n]/.test(word));
  return unsendable
    ? problem("failed", `${host}: ${commandId} cannot be sent: an argument holds NUL or a newline`)
    : undefined;
};
