import type { Reply, ReplyOf } from "./reply.ts";

/** Whether a command can alter anything on the other side. Read access takes `read` only, by type and again at run time. */
export type Effect = "read" | "change";

/**
 * What an account needs to be allowed the command. `root` commands go through `sudo -n` unless the SSH user is root;
 * everything else is granted inside the service and is printed by the grants page.
 */
export type Privilege =
  | { readonly need: "login" }
  | { readonly need: "root"; readonly why: string }
  | { readonly need: "sql"; readonly grants: readonly string[] }
  | { readonly need: "redis"; readonly acl: readonly string[] }
  | { readonly need: "haproxy"; readonly level: "user" | "operator" | "admin" }
  | { readonly need: "http" };

/** A parser's answer: never a throw. `problem` says in the operator's words what could not be read and where. */
export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reason: ParseFailure; readonly problem: string; readonly fix?: string };

/**
 * `unreadable`: the reply has not the expected shape. `privilege`: the other side refused us. `missing`: the program,
 * file or feature is not there. `failed`: it answered with an error of its own.
 */
export type ParseFailure = "unreadable" | "privilege" | "missing" | "failed";

interface CommandBase<T, P, E extends Effect, K extends Reply["kind"]> {
  /** Stable, `system.question`; names the command in evidence, audit, docs and grants. */
  readonly id: string;
  readonly kind: K;
  readonly effect: E;
  /** One line, for docs and the evidence view: what this tells the operator. */
  readonly asks: string;
  readonly privilege: Privilege;
  /** Milliseconds after which the answer no longer matters; enforced here and, for host commands, on the host too. */
  readonly deadlineMs: number;
  readonly parse: (reply: ReplyOf<K>, params: P) => Parsed<T>;
  /** Why the raw reply is not kept as evidence: it holds what opens doors, such as session names. */
  readonly conceal?: string;
}

/**
 * A program on a host. `batch` commands share one long-lived shell and one round trip per refresh, so they must be
 * quick and must not block on storage or another service; `own` commands get a process of their own, run side by
 * side, and may be left behind when they hang.
 */
export interface HostCommand<T, P = void, E extends Effect = Effect> extends CommandBase<T, P, E, "host"> {
  readonly lane: "batch" | "own";
  /** argv, never a shell string. A `root` command starts with an absolute path, because sudoers names it so. */
  readonly argv: (params: P) => readonly string[];
}

/** One SQL statement for one member. */
export interface SqlCommand<T, P = void, E extends Effect = Effect> extends CommandBase<T, P, E, "sql"> {
  readonly sql: (params: P) => string;
}

/** Redis calls sent as one pipeline: `[["INFO"], ["DBSIZE"]]`. */
export interface RedisCommand<T, P = void, E extends Effect = Effect> extends CommandBase<T, P, E, "redis"> {
  readonly calls: (params: P) => readonly (readonly string[])[];
}

/** One line on HAProxy's runtime socket. */
export interface HaproxyCommand<T, P = void, E extends Effect = Effect> extends CommandBase<T, P, E, "haproxy"> {
  readonly line: (params: P) => string;
}

/** One GET, through the host's SSH connection, to an address as that host sees it. */
export interface HttpCommand<T, P = void, E extends Effect = Effect> extends CommandBase<T, P, E, "http"> {
  readonly request: (params: P) => HttpRequest;
}

export interface HttpRequest {
  /** As the target host sees it, e.g. `http://127.0.0.1/health.php`. */
  readonly url: string;
  /** The Host header, when it differs from the URL's. */
  readonly hostHeader?: string;
  /** Bytes of body to keep; the rest is read and dropped. */
  readonly keepBytes: number;
}

export type Command<T, P = void, E extends Effect = Effect> =
  | HostCommand<T, P, E>
  | SqlCommand<T, P, E>
  | RedisCommand<T, P, E>
  | HaproxyCommand<T, P, E>
  | HttpCommand<T, P, E>;

export type ReadCommand<T, P = void> = Command<T, P, "read">;

/**
 * A command with its parameters filled in and its types folded away, so that commands of every kind can stand in one
 * list. Made only by {@link ask}, which is where the types were checked.
 */
export interface Ask<E extends Effect = Effect> {
  readonly commandId: string;
  readonly kind: Reply["kind"];
  readonly effect: E;
  readonly privilege: Privilege;
  readonly deadlineMs: number;
  readonly send: Send;
  readonly parse: (reply: Reply) => Parsed<unknown>;
  /** As a command's `conceal`. */
  readonly conceal?: string;
}

/** What goes over the wire. */
export type Send =
  | { readonly kind: "host"; readonly argv: readonly string[]; readonly lane: "batch" | "own" }
  | { readonly kind: "sql"; readonly sql: string }
  | { readonly kind: "redis"; readonly calls: readonly (readonly string[])[] }
  | { readonly kind: "haproxy"; readonly line: string }
  | ({ readonly kind: "http" } & HttpRequest);

/** Fills in a command's parameters. */
export const ask = <T, P, E extends Effect>(command: Command<T, P, E>, params: P): Ask<E> => ({
  commandId: command.id,
  kind: command.kind,
  effect: command.effect,
  privilege: command.privilege,
  deadlineMs: command.deadlineMs,
  send: sendOf(command, params),
  parse: (reply) => parseWith(command, reply, params),
  ...(command.conceal === undefined ? {} : { conceal: command.conceal }),
});

const sendOf = <T, P, E extends Effect>(command: Command<T, P, E>, params: P): Send => {
  switch (command.kind) {
    case "host":
      return { kind: "host", argv: command.argv(params), lane: command.lane };
    case "sql":
      return { kind: "sql", sql: command.sql(params) };
    case "redis":
      return { kind: "redis", calls: command.calls(params) };
    case "haproxy":
      return { kind: "haproxy", line: command.line(params) };
    case "http":
      return { kind: "http", ...command.request(params) };
  }
};

const parseWith = <T, P, E extends Effect>(command: Command<T, P, E>, reply: Reply, params: P): Parsed<T> => {
  try {
    if (command.kind === "host" && reply.kind === "host") return command.parse(reply, params);
    if (command.kind === "sql" && reply.kind === "sql") return command.parse(reply, params);
    if (command.kind === "redis" && reply.kind === "redis") return command.parse(reply, params);
    if (command.kind === "haproxy" && reply.kind === "haproxy") return command.parse(reply, params);
    if (command.kind === "http" && reply.kind === "http") return command.parse(reply, params);
    return unreadable(`${command.id}: expected a ${command.kind} reply, got ${reply.kind}`);
  } catch (error) {
    // A parser that throws is a defect, but at 2 a.m. it must cost one value, not the console.
    return unreadable(`${command.id}: ${error instanceof Error ? error.message : String(error)}`);
  }
};

export const parsed = <T>(value: T): Parsed<T> => ({ ok: true, value });

export const unreadable = (problem: string): Parsed<never> => ({ ok: false, reason: "unreadable", problem });

export const notParsed = (reason: ParseFailure, problem: string, fix?: string): Parsed<never> =>
  fix === undefined ? { ok: false, reason, problem } : { ok: false, reason, problem, fix };
