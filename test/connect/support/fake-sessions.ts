import type { Outcome } from "../../../src/connect/access.ts";
import type { Ask } from "../../../src/connect/command.ts";
import { dialDirect } from "../../../src/connect/dial.ts";
import type { SshSessions, ForwardTarget } from "../../../src/connect/ssh/sessions.ts";

export interface FakeSessions extends SshSessions {
  /** `web1 → 127.0.0.1:3306`, in the order asked. */
  readonly forwards: readonly string[];
  readonly asked: readonly string[];
  readonly closed: () => boolean;
}

/** Tunnels that lead to loopback ports, by the name of the host they go through; hosts not named are refused. */
export const fakeSessions = (portOf: (host: string, to: ForwardTarget) => number | undefined): FakeSessions => {
  const forwards: string[] = [];
  const asked: string[] = [];
  let closed = false;
  return {
    forwards,
    asked,
    closed: () => closed,
    ask: async (host: string, asks: readonly Ask<"read">[], deliver: (ask: Ask<"read">, outcome: Outcome) => void) => {
      for (const one of asks) {
        asked.push(`${host}: ${one.commandId}`);
        deliver(one, {
          ok: true,
          reply: { kind: "host", stdout: host, stderr: "", exitCode: 0, sentAtMs: 1, receivedAtMs: 2 },
        });
      }
    },
    order: async (host, { commandId }) => {
      asked.push(`${host}: ${commandId}`);
      return {
        ok: true,
        reply: { kind: "host", stdout: "", stderr: "", exitCode: 0, sentAtMs: 1, receivedAtMs: 2 },
      };
    },
    forward: async (host, to, deadlineMs) => {
      const target = "socketPath" in to ? to.socketPath : `${to.host}:${to.port}`;
      forwards.push(`${host} → ${target}`);
      const port = portOf(host, to);
      return port === undefined
        ? { ok: false, reason: "refused", detail: `${host}: nothing listens on ${target}` }
        : dialDirect("127.0.0.1", port, host)(deadlineMs);
    },
    link: () => ({ state: "up", sinceMs: 0 }),
    onLink: () => () => undefined,
    retry: () => undefined,
    close: async () => {
      closed = true;
    },
  };
};
