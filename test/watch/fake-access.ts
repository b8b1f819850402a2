import type { Link, Outcome, ReadAccess } from "../../src/connect/access.ts";
import type { Ask } from "../../src/connect/command.ts";

/** An access whose answers the test gives by hand, in the order it likes. */
export const handAccess = () => {
  const asked: { readonly target: string; readonly ask: Ask<"read">; readonly answer: (outcome: Outcome) => void }[] =
    [];
  const calls: { readonly target: string; readonly ids: readonly string[] }[] = [];
  const links = new Map<string, Link>();
  const listeners = new Set<(host: string, link: Link) => void>();
  const access: ReadAccess = {
    ask: (target, asks, deliver) => {
      calls.push({ target, ids: asks.map((each) => each.commandId) });
      return Promise.all(
        asks.map(
          (each) =>
            new Promise<void>((resolve) => {
              asked.push({
                target,
                ask: each,
                answer: (outcome) => {
                  deliver(each, outcome);
                  resolve();
                },
              });
            }),
        ),
      ).then(() => undefined);
    },
    link: (host) => links.get(host) ?? { state: "up", sinceMs: 0 },
    onLink: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    retry: () => undefined,
    close: () => Promise.resolve(),
  };
  const linkIs = (host: string, link: Link): void => {
    links.set(host, link);
    for (const listener of listeners) listener(host, link);
  };
  return { access, asked, calls, links, linkIs };
};

export const answered = (stdout: string, atMs = Date.now()): Outcome => ({
  ok: true,
  reply: { kind: "host", stdout, stderr: "", exitCode: 0, sentAtMs: atMs - 2, receivedAtMs: atMs },
});

export const failed = (reason: "timeout" | "unreachable" = "unreachable", atMs = Date.now()): Outcome => ({
  ok: false,
  reason,
  detail: `no answer: ${reason}`,
  sentAtMs: atMs,
  atMs,
});
