import { notParsed, type HaproxyCommand, type HostCommand } from "../../connect/command.ts";
import { firstLine } from "../text.ts";
import { parseUnits, unitArgv, type UnitState } from "../unit.ts";
import { parseInfo, type Info } from "./parse-info.ts";
import { parseServersState, parseStates, type AdminStates } from "./parse-servers-state.ts";
import { parseStat, type Stat } from "./parse-stat.ts";
import { parseStateFile, type StateFile } from "./parse-state-file.ts";

const USER = { need: "haproxy", level: "user" } as const;

export const showStat: HaproxyCommand<Stat, void, "read"> = {
  id: "haproxy.stat",
  kind: "haproxy",
  effect: "read",
  asks: "Every proxy and server: state, check, sessions, queue, rate and errors",
  privilege: USER,
  deadlineMs: 2_000,
  line: () => "show stat",
  parse: parseStat,
};

/** `show stat` says DRAIN also for weight 0, and not who did it; the bits here do. */
export const showServersState: HaproxyCommand<AdminStates, void, "read"> = {
  id: "haproxy.servers_state",
  kind: "haproxy",
  effect: "read",
  asks: "Who took a server out: the bits of srv_admin_state",
  privilege: USER,
  deadlineMs: 2_000,
  line: () => "show servers state",
  parse: parseServersState,
};

export const showInfo: HaproxyCommand<Info, void, "read"> = {
  id: "haproxy.info",
  kind: "haproxy",
  effect: "read",
  asks: "Version, uptime and connections of the process",
  privilege: USER,
  deadlineMs: 2_000,
  line: () => "show info",
  parse: parseInfo,
};

/** Tells a HAProxy that is down from one that cannot be asked. In a process of its own: systemd may itself be stuck. */
export const unit: HostCommand<readonly UnitState[], void, "read"> = {
  id: "haproxy.unit",
  kind: "host",
  effect: "read",
  lane: "own",
  asks: "State of HAProxy's unit",
  privilege: { need: "login" },
  deadlineMs: 4_000,
  argv: () => unitArgv(["haproxy.service"]),
  parse: parseUnits,
};

/** The directives' own lines only: a configuration may hold passwords. */
export const stateFile: HostCommand<StateFile, void, "read"> = {
  id: "haproxy.state_file",
  kind: "host",
  effect: "read",
  lane: "batch",
  asks: "Whether a reload can keep server states (server-state-file)",
  privilege: { need: "login" },
  deadlineMs: 2_000,
  argv: () => [
    "grep",
    "-rhE",
    "^[[:space:]]*(server-state-file|server-state-base|load-server-state-from-file)[[:space:]]",
    "/etc/haproxy",
    "--include=*.cfg",
  ],
  parse: parseStateFile,
};

/** What a reload would take up, as it was last dumped. */
export const dumpedStates: HostCommand<AdminStates, { readonly path: string }, "read"> = {
  id: "haproxy.dumped_states",
  kind: "host",
  effect: "read",
  lane: "own",
  asks: "The server states that a reload would take up",
  privilege: { need: "login" },
  deadlineMs: 3_000,
  argv: ({ path }) => ["cat", path],
  parse: ({ exitCode, stdout, stderr }) =>
    exitCode === 0 ? parseStates(stdout) : notParsed("missing", firstLine(stderr, "there are no dumped server states")),
};
