import { parsed, unreadable, type Parsed } from "../../connect/command.ts";
import type { HaproxyReply } from "../../connect/reply.ts";
import { shortText, wholeNumber } from "../text.ts";
import { checkPassed, checkWords } from "./check-words.ts";
import { parseCsv } from "./csv.ts";
import { refusedBySocket } from "./refusal.ts";

/** One frontend or backend of one load balancer. Counters run since its start; what a version lacks is absent. */
export interface SideStat {
  readonly proxy: string;
  readonly side: "frontend" | "backend";
  /** As HAProxy prints it: OPEN, UP, DOWN, STOP … */
  readonly status: string;
  readonly sessions: number;
  readonly sessionLimit?: number | undefined;
  readonly queue: number;
  readonly sessionsPerSecond: number;
  /** Failed connections and responses, and requests HAProxy could not read. */
  readonly errors?: number | undefined;
  readonly responses?: number | undefined;
  readonly responses5xx?: number | undefined;
}

/** One server of one backend, as one load balancer sees it. */
export interface ServerStat {
  readonly proxy: string;
  readonly server: string;
  /** As HAProxy prints it: `UP`, `UP 1/3`, `DOWN`, `DRAIN`, `MAINT (via web/web1)`, `no check` … */
  readonly status: string;
  readonly state: ServerState;
  readonly backup: boolean;
  readonly weight: number;
  readonly check?: Check | undefined;
  readonly sessions: number;
  readonly sessionLimit?: number | undefined;
  readonly queue: number;
  readonly sessionsPerSecond: number;
  readonly errors?: number | undefined;
  readonly responses?: number | undefined;
  readonly responses5xx?: number | undefined;
  /** In its present state for. */
  readonly forMs?: number | undefined;
}

/** `draining`: keeps what it has, takes nothing new; also what a 404 with disable-on-404 (NOLB) means. */
export type ServerState = "up" | "down" | "draining" | "maintenance" | "unchecked";

export interface Check {
  readonly code: string;
  readonly words: string;
  readonly passed?: boolean | undefined;
  readonly tookMs?: number | undefined;
}

export interface Stat {
  readonly sides: readonly SideStat[];
  /** By `proxy/server`, in the order of the configuration. */
  readonly servers: ReadonlyMap<string, ServerStat>;
}

/**
 * `show stat`: CSV with the names of the columns in its first line, the same on the socket and on the statistics page.
 * Not `show stat typed`, which says the same in five times the bytes.
 */
export const parseStat = (reply: HaproxyReply): Parsed<Stat> => {
  const refused = refusedBySocket(reply.text);
  if (refused !== undefined) return refused;
  const [header = [], ...rows] = parseCsv(reply.text.trimStart());
  const columns = new Map(header.map((name, i) => [name.replace(/^# /, ""), i]));
  const missing = ["pxname", "svname", "status", "type", "scur", "weight", "bck"].find((name) => !columns.has(name));
  if (missing !== undefined) return unreadable(`show stat has no column ${missing}`);
  const sides: SideStat[] = [];
  const servers = new Map<string, ServerStat>();
  for (const row of rows) {
    const read = reader(columns, row);
    const type = read.text("type");
    if (type === "0" || type === "1") sides.push(sideOf(read, type === "0" ? "frontend" : "backend"));
    if (type !== "2") continue;
    const server = serverOf(read);
    servers.set(`${server.proxy}/${server.server}`, server);
  }
  return parsed({ sides, servers });
};

interface Reader {
  readonly text: (name: string) => string;
  readonly number: (name: string) => number | undefined;
}

const reader = (columns: ReadonlyMap<string, number>, row: readonly string[]): Reader => {
  const text = (name: string): string => row[columns.get(name) ?? -1] ?? "";
  return { text, number: (name) => wholeNumber(text(name)) };
};

const sum = (...values: readonly (number | undefined)[]): number | undefined =>
  values.every((value) => value === undefined) ? undefined : values.reduce<number>((a, b) => a + (b ?? 0), 0);

const responses = ({ number }: Reader): number | undefined =>
  sum(...["1xx", "2xx", "3xx", "4xx", "5xx", "other"].map((kind) => number(`hrsp_${kind}`)));

const sideOf = (read: Reader, side: SideStat["side"]): SideStat => ({
  proxy: shortText(read.text("pxname"), 80),
  side,
  status: shortText(read.text("status"), 40),
  sessions: read.number("scur") ?? 0,
  sessionLimit: read.number("slim"),
  queue: read.number("qcur") ?? 0,
  sessionsPerSecond: read.number("rate") ?? 0,
  errors: sum(read.number("econ"), read.number("eresp"), read.number("ereq")),
  responses: responses(read),
  responses5xx: read.number("hrsp_5xx"),
});

const serverOf = (read: Reader): ServerStat => {
  const status = shortText(read.text("status"), 80);
  const sinceS = read.number("lastchg");
  return {
    proxy: shortText(read.text("pxname"), 80),
    server: shortText(read.text("svname"), 80),
    status,
    state: stateOf(status),
    backup: read.number("bck") === 1,
    weight: read.number("weight") ?? 0,
    check: checkOf(read),
    sessions: read.number("scur") ?? 0,
    sessionLimit: read.number("slim"),
    queue: read.number("qcur") ?? 0,
    sessionsPerSecond: read.number("rate") ?? 0,
    errors: sum(read.number("econ"), read.number("eresp")),
    responses: responses(read),
    responses5xx: read.number("hrsp_5xx"),
    forMs: sinceS === undefined ? undefined : sinceS * 1_000,
  };
};

// "DOWN 1/2" is on its way up and gets nothing yet; "UP 1/3" is on its way down and still gets everything.
const stateOf = (status: string): ServerState => {
  if (/^UP\b/.test(status)) return "up";
  if (/^(DRAIN|NOLB)\b/.test(status)) return "draining";
  if (/^MAINT\b/.test(status)) return "maintenance";
  return status === "no check" ? "unchecked" : "down";
};

const checkOf = (read: Reader): Check | undefined => {
  // "* L7OK": a check is under way, and this is the one before.
  const code = shortText(read.text("check_status").replace(/^\* /, ""), 20);
  if (code === "") return undefined;
  const words = checkWords(code, read.number("check_code"), shortText(read.text("last_chk"), 120));
  return { code, words, passed: checkPassed(code), tookMs: read.number("check_duration") };
};
