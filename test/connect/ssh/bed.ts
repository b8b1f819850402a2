import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Link, Outcome, Prompts } from "../../../src/connect/access.ts";
import { ask, parsed, type Ask, type HostCommand } from "../../../src/connect/command.ts";
import { openSshSessions, type SshSessions } from "../../../src/connect/ssh/sessions.ts";
import type { Host } from "../../../src/inventory/cluster.ts";
import { keyPair, writeKey, type TestKey } from "./keys.ts";
import { cluster, host } from "./make.ts";
import { startServer, type TestServer, type TestServerOptions } from "./server.ts";

type Close = () => Promise<void> | void;

/** Servers, sessions and files of one test, all gone afterwards. */
export interface Bed {
  readonly folder: string;
  readonly key: TestKey;
  readonly keyFile: string;
  readonly server: (options?: TestServerOptions) => Promise<TestServer>;
  /** A host that is known and lets our key in, unless the settings say otherwise. */
  readonly host: (
    name: string,
    server: { readonly port: number; readonly hostKey?: TestKey },
    settings?: Partial<Host["ssh"]>,
  ) => Host;
  readonly open: (hosts: readonly Host[], prompts?: Prompts) => SshSessions;
  readonly onClose: (close: Close) => void;
  readonly close: () => Promise<void>;
}

export const openBed = (): Bed => {
  const folder = mkdtempSync(path.join(tmpdir(), "midwatch-ssh-"));
  const key = keyPair();
  const keyFile = writeKey(path.join(folder, "id"), key);
  const closers: Close[] = [];
  return {
    folder,
    key,
    keyFile,
    server: async (options) => {
      const server = await startServer({ authorized: [key], ...options });
      closers.push(server.close);
      return server;
    },
    host: (name, server, settings) => {
      const file = path.join(folder, `known_${name}`);
      writeFileSync(
        file,
        server.hostKey === undefined ? "" : `[127.0.0.1]:${server.port} ${server.hostKey.publicLine}\n`,
      );
      return host({
        name,
        address: "127.0.0.1",
        port: server.port,
        user: "ops",
        key: keyFile,
        knownHosts: [file],
        ...settings,
      });
    },
    open: (hosts, prompts) => {
      const sessions = openSshSessions(cluster(hosts), prompts === undefined ? {} : { prompts });
      closers.push(sessions.close);
      return sessions;
    },
    onClose: (close) => void closers.push(close),
    close: async () => {
      for (const close of closers.splice(0).toReversed()) await close();
      rmSync(folder, { recursive: true });
    },
  };
};

interface Run {
  readonly id?: string;
  readonly lane?: "batch" | "own";
  readonly deadlineMs?: number;
  readonly root?: boolean;
}

/** A read-only question for a host. */
export const question = (
  argv: readonly string[],
  { id = "test.run", lane = "batch", deadlineMs = 5000, root = false }: Run = {},
): Ask<"read"> => {
  const command: HostCommand<string, void, "read"> = {
    id,
    kind: "host",
    effect: "read",
    asks: "a test",
    privilege: root ? { need: "root", why: "a test" } : { need: "login" },
    deadlineMs,
    parse: ({ stdout }) => parsed(stdout),
    lane,
    argv: () => argv,
  };
  return ask(command, undefined);
};

/** Outcomes in the order of the asks. */
export const askAll = async (
  sessions: SshSessions,
  name: string,
  asks: readonly Ask<"read">[],
): Promise<readonly Outcome[]> => {
  const outcomes = new Map<Ask, Outcome>();
  await sessions.ask(name, asks, (each, outcome) => {
    if (outcomes.has(each)) throw new Error("delivered twice");
    outcomes.set(each, outcome);
  });
  return asks.map((each) => {
    const outcome = outcomes.get(each);
    if (outcome === undefined) throw new Error("not delivered");
    return outcome;
  });
};

/** What a good outcome says: its stdout; what a bad one says: its reason. */
export const said = (outcome: Outcome): string => {
  if (!outcome.ok) return outcome.reason;
  return outcome.reply.kind === "host" ? outcome.reply.stdout : outcome.reply.kind;
};

/** Waits for a link to be as wanted; the test's own timeout is the bound. */
export const linkWhere = async <S extends Link["state"]>(
  sessions: SshSessions,
  name: string,
  state: S,
  where: (link: Extract<Link, { state: S }>) => boolean = () => true,
): Promise<Extract<Link, { state: S }>> =>
  new Promise((resolve) => {
    const isWanted = (link: Link): link is Extract<Link, { state: S }> => link.state === state;
    const look = (link: Link): boolean => {
      if (!isWanted(link) || !where(link)) return false;
      resolve(link);
      return true;
    };
    if (look(sessions.link(name))) return;
    const stop = sessions.onLink((changed, link) => {
      if (changed === name && look(link)) stop();
    });
  });
