import { notParsed, parsed, type HaproxyCommand, type HostCommand, type Parsed } from "../../connect/command.ts";
import type { HaproxyReply } from "../../connect/reply.ts";
import { varying } from "../../connect/vary.ts";
import type { Cluster } from "../../inventory/cluster.ts";
import { allow, type Allowed } from "../allowed.ts";
import { allowRestarts } from "../host/units.ts";
import { firstLine } from "../text.ts";
import { haproxyConfigTest } from "./config-test.ts";

export interface ServerName {
  readonly proxy: string;
  readonly server: string;
}

export type ForcedState = "ready" | "drain" | "maint";

const ADMIN = { need: "haproxy", level: "admin" } as const;

/** `drain`: nothing new, still checked, cookies still lead there. `maint`: nothing at all. `ready`: as its checks say. */
export const setServerState: HaproxyCommand<void, ServerName & { readonly state: ForcedState }, "change"> = {
  id: "haproxy.set_server_state",
  kind: "haproxy",
  effect: "change",
  asks: "Sets one server of one proxy to ready, drain or maint",
  privilege: ADMIN,
  deadlineMs: 5_000,
  line: ({ proxy, server, state }) => `set server ${proxy}/${server} state ${state}`,
  parse: (reply) => silent(reply),
};

/** Ends what is still open to a server: whoever is served there notices. */
export const shutdownSessions: HaproxyCommand<void, ServerName, "change"> = {
  id: "haproxy.shutdown_sessions",
  kind: "haproxy",
  effect: "change",
  asks: "Ends all sessions that are open to one server of one proxy",
  privilege: ADMIN,
  deadlineMs: 5_000,
  line: ({ proxy, server }) => `shutdown sessions server ${proxy}/${server}`,
  parse: (reply) => silent(reply),
};

export interface StateDump {
  /** HAProxy's runtime socket. */
  readonly socket: string;
  /** What its configuration reads at a reload. */
  readonly path: string;
}

/**
 * Fixed words: asks the socket and renames a complete answer over the file, so that no reload ever reads half of one.
 * Perl, because it is on every Debian and needs no shell between the socket and the file.
 */
const DUMP = [
  'alarm 5;($s,$f)=@ARGV;$c=IO::Socket::UNIX->new($s)or die"$s: $!\\n";print$c "show servers state\\n";@t=<$c>;',
  '$t[1]=~/be_id/ or die"no states\\n";open$o,">","$f.new"or die"$f.new: $!\\n";print$o @t;close$o or die"$f.new: $!\\n";',
  'rename"$f.new",$f or die"$f: $!\\n"',
].join("");

/** A reload takes up what was dumped last: dumped after every change, it keeps it. */
export const dumpStates: HostCommand<void, StateDump, "change"> = {
  id: "haproxy.dump_states",
  kind: "host",
  effect: "change",
  lane: "own",
  asks: "Writes the present server states into the file that a reload reads",
  privilege: { need: "root", why: "HAProxy's state file is root's" },
  deadlineMs: 10_000,
  argv: ({ socket, path }) => ["/usr/bin/perl", "-MIO::Socket::UNIX", "-e", DUMP, socket, path],
  parse: ({ exitCode, stderr }) =>
    exitCode === 0 ? parsed(undefined) : notParsed("failed", firstLine(stderr, `perl ended with ${exitCode}`)),
};

/** Whether a name can stand in a command: HAProxy's own rule for names (configuration manual, 2.2). */
export const isNameable = ({ proxy, server }: ServerName): boolean =>
  [proxy, server].every((name) => /^[\w.:-]+$/.test(name));

/** HAProxy asks for a level, not for arguments: every server of every proxy. */
export const allowedOn = ({ haproxy }: Pick<Cluster, "haproxy">): readonly Allowed[] => {
  const place = { proxy: varying("[A-Za-z0-9_.:-]+", "web"), server: varying("[A-Za-z0-9_.:-]+", "web2") };
  return (haproxy?.loadBalancers ?? [])
    .filter(({ via }) => via.kind !== "stats")
    .flatMap(({ host, via }) => [
      ...allow(setServerState, host, ...STATES.map((state) => ({ ...place, state }))),
      ...allow(shutdownSessions, host, place),
      ...(via.kind === "socket" ? allow(dumpStates, host, { socket: via.path, path: STATES_PATH }) : []),
      ...allow(haproxyConfigTest, host, undefined),
      ...allowRestarts(host, "haproxy.service"),
    ]);
};

/** Where packages put it; a file elsewhere must be granted by hand. */
const STATES_PATH = varying("/var/lib/haproxy/[A-Za-z0-9_.-]+", "/var/lib/haproxy/server-state");

const STATES = ["ready", "drain", "maint"] as const;

/** These commands answer with an empty line when they were taken, and with the reason when not. */
const silent = (reply: HaproxyReply): Parsed<void> => {
  const said = firstLine(reply.text, "");
  if (said === "") return parsed(undefined);
  return notParsed(/^Permission denied/i.test(said) ? "privilege" : "failed", `HAProxy says: ${said}`);
};
