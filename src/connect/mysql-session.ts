import type { Duplex } from "node:stream";
import { createConnection } from "mysql2";
import { closedProblem, endedHere } from "./failure.ts";
import type { Keepable, Opened } from "./keep.ts";
import { connectionProblem, serverError, strangerProblem, type ServerError } from "./mysql-problems.ts";
import { tableOf } from "./mysql-rows.ts";
import type { SqlReply } from "./reply.ts";
import { problem, type Problem } from "./ssh/problem.ts";
import { wire, type Gate } from "./wire.ts";

/** One logged-in connection to a member. Queries run in the order given, each sent as the one before it is answered. */
export interface MysqlSession extends Keepable {
  readonly query: (sql: string) => Query;
  /** Queues a statement whose answer does not matter. */
  readonly prepare: (sql: string) => void;
}

export interface Query {
  readonly result: Promise<SqlResult>;
  /**
   * Stops waiting. The protocol cannot take back a query: if the server is at work on one nobody waits for, the
   * connection ends; while it is at work on another, only this answer will be dropped.
   */
  readonly abandon: (why: Problem) => void;
}

export type SqlResult =
  | { readonly state: "rows"; readonly rows: SqlReply["rows"] }
  /** The server refused this statement; the connection is still good. */
  | { readonly state: "error"; readonly error: ServerError }
  /** The connection ended before the answer. */
  | { readonly state: "lost"; readonly problem: Problem };

export interface MysqlLogin {
  /** `MariaDB on web1`. */
  readonly where: string;
  readonly user: string;
  readonly password?: string;
}

// A full SHOW GLOBAL STATUS and VARIABLES are 40 kB; performance_schema tables may be larger.
const REPLY_LIMIT_BYTES = 4 * 1_024 * 1_024;

/** Logs in over a stream. Settles within `deadlineMs`; never rejects, whatever bytes come. */
export const openMysqlSession = (
  stream: Duplex,
  login: MysqlLogin,
  deadlineMs: number,
): Promise<Opened<MysqlSession>> => {
  const { where } = login;
  const opened = Promise.withResolvers<Opened<MysqlSession>>();
  const waiting = new Set<Waiting>();
  let received = 0;
  let dead: Problem | undefined;

  const gate: Gate = {
    arriving: (bytes) => {
      received += bytes.length;
      return received > REPLY_LIMIT_BYTES
        ? { end: problem("unreadable", `${where} answered with more than ${REPLY_LIMIT_BYTES / 1_048_576} MiB`) }
        : { pass: bytes };
    },
  };
  const guarded = wire(stream, gate);

  const die = (found: Problem): void => {
    if (dead !== undefined) return;
    dead = found;
    clearTimeout(timer);
    guarded.destroy();
    opened.resolve({ ok: false, ...found });
    for (const { settle } of waiting) settle({ state: "lost", problem: found });
    waiting.clear();
  };
  const timer = setTimeout(() => die(problem("timeout", `${where} did not finish the login`)), Math.max(1, deadlineMs));
  guarded.on("error", (error) => die(connectionProblem(error, login)));
  guarded.on("close", () => die(closedProblem(where)));

  const connection = createConnection({
    stream: guarded,
    user: login.user,
    ...(login.password === undefined ? {} : { password: login.password }),
    charset: "utf8mb4_general_ci",
    // Its own timer would print and throw past us; the one above covers the login.
    connectTimeout: 0,
    // Values as the server wrote them: no dates made, no digits lost, no code compiled from remote column names.
    rowsAsArray: true,
    typeCast: false,
    disableEval: true,
    // A server may not ask for a local file.
    flags: ["-LOCAL_FILES"],
  });
  connection.on("error", (error: unknown) => die(connectionProblem(error, login)));
  // Packets out of order: mysql2 would print a warning over the screen and go on guessing. Thrown here, it ends the
  // connection (see wire.ts).
  connection.on("warn", () => {
    throw strangerError();
  });

  const send = (sql: string, wanted: boolean): { readonly result: Promise<SqlResult>; readonly entry: Waiting } => {
    const { promise, resolve } = Promise.withResolvers<SqlResult>();
    const settle = (result: SqlResult): void => {
      waiting.delete(entry);
      received = 0;
      resolve(result);
    };
    const entry: Waiting = { wanted, settle };
    if (dead !== undefined) {
      settle({ state: "lost", problem: dead });
      return { result: promise, entry };
    }
    waiting.add(entry);
    connection.query({ sql, rowsAsArray: true, typeCast: false }, (error: unknown, rows: unknown, fields: unknown) => {
      if (error !== null && error !== undefined) {
        const fromServer = serverError(error);
        if (fromServer === undefined) die(connectionProblem(error, login));
        else settle({ state: "error", error: fromServer });
        return;
      }
      const table = tableOf(rows, fields);
      if (table === undefined) die(strangerProblem(where));
      else settle({ state: "rows", rows: table });
    });
    return { result: promise, entry };
  };

  const query = (sql: string): Query => {
    const { result, entry } = send(sql, true);
    return {
      result,
      abandon: (why) => {
        entry.wanted = false;
        const [first] = waiting;
        if (first?.wanted === false) die(why);
      },
    };
  };

  connection.connect((error: unknown) => {
    if (error !== null && error !== undefined) {
      die(connectionProblem(error, login));
      return;
    }
    clearTimeout(timer);
    received = 0;
    opened.resolve({
      ok: true,
      session: {
        query,
        prepare: (sql) => void send(sql, false),
        alive: () => dead === undefined,
        close: () => die(endedHere(where)),
      },
    });
  });
  return opened.promise;
};

interface Waiting {
  wanted: boolean;
  readonly settle: (result: SqlResult) => void;
}

const strangerError = (): Error => Object.assign(new Error("packets out of order"), { code: "PROTOCOL_ERROR" });
