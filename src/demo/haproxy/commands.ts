import type { World } from "../world.ts";
import { infoText } from "./info.ts";
import { serversState } from "./servers-state.ts";
import { statCsv } from "./stat.ts";
import { ADMIN, serversOf, type ServerState } from "./state.ts";

/** What the socket's configuration lets its clients do. */
export type Level = "user" | "operator" | "admin";

/** Answers one command of the runtime API; the empty line that ends every answer is the caller's. */
export const answerHaproxy = (world: World, level: Level, line: string): string => {
  const words = line.trim().split(/\s+/);
  const command = words.join(" ");
  switch (command) {
    case "show info":
      return infoText(world);
    case "show stat":
      return statCsv(world);
    case "show servers state":
      return serversState(world);
    case "show backend":
      return "# name\nweb\nmysql\n";
    case "show cli level":
      return `${level}\n`;
    case "":
      return "";
    default:
      if (words[0] === "set" && words[1] === "server") return setServer(world, level, words.slice(2));
      return words.slice(0, 3).join(" ") === "shutdown sessions server"
        ? shutdownSessions(world, level, words[3])
        : unknown(words);
  }
};

const unknown = (words: readonly string[]): string =>
  [
    words[0] === "show"
      ? "Unknown command, but maybe one of the following ones is a better match:"
      : "Unknown command: please enter one of the following commands only:",
    "  shutdown sessions server <bk>/<srv>     : kill sessions on a server",
    "  set server <bk>/<srv> [opts]            : change a server's state, weight, address or ssl",
    "  show backend                            : list backends in the current running config",
    "  show info [desc|json|typed|float]*      : report information about the running process",
    "  show servers state [<backend>]          : dump volatile server information (all or for a single backend)",
    "  show stat [desc|json|no-maint|typed|up]*: report counters for each proxy and server",
    "  help [<command>]                        : list matching or all commands",
    "  prompt                                  : toggle interactive mode with prompt",
    "  quit                                    : disconnect",
    "",
  ].join("\n");

const STATES: Readonly<Record<string, number>> = { ready: 0, drain: ADMIN.drain, maint: ADMIN.maint };

/** `set server P/S state ready|drain|maint` and `weight N`; only an admin's socket takes them. */
const setServer = (world: World, level: Level, [where = "", what, value = ""]: readonly string[]): string => {
  if (level !== "admin") return "Permission denied\n";
  const server = serverAt(world, where);
  if (typeof server === "string") return server;
  if (what === "weight" && /^\d{1,3}$/.test(value)) {
    server.weight = Number(value);
    return "";
  }
  const admin = what === "state" ? STATES[value] : undefined;
  if (admin === undefined) {
    return "'set server <srv> state' expects 'ready', 'drain' and 'maint'.\n";
  }
  change(world, server, admin);
  return "";
};

const shutdownSessions = (world: World, level: Level, where = ""): string => {
  if (level !== "admin") return "Permission denied\n";
  const server = serverAt(world, where);
  if (typeof server === "string") return server;
  server.counters.scur = 0;
  return "";
};

/** The server, or what HAProxy says when there is none. */
const serverAt = (world: World, where: string): ServerState | string => {
  const [proxyName, serverName] = where.split("/");
  const proxy = [world.haproxy.web, world.haproxy.mysql].find(({ name }) => name === proxyName);
  if (proxy === undefined) return "No such backend.\n";
  return serversOf(proxy).find(({ name }) => name === serverName) ?? "No such server.\n";
};

const change = (world: World, server: ServerState, admin: number): void => {
  if (server.admin === admin) return;
  // Leaving maintenance HAProxy trusts the server until the checks know better.
  if ((server.admin & ADMIN.maint) !== 0) server.up = true;
  server.admin = admin;
  server.contradicted = 0;
  server.sinceMs = world.nowMs;
};
