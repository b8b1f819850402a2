import type { GaleraConfig } from "../inventory/cluster.ts";
import type { Connector } from "./connector.ts";
import type { Dial } from "./dial.ts";
import { keeper, type Opened } from "./keep.ts";
import type { PasswordSource } from "./login.ts";
import { serverProblem } from "./mysql-problems.ts";
import type { MysqlSession } from "./mysql-session.ts";
import { connectDeadlineMs, type Pending } from "./pending.ts";
import { problem, type Problem } from "./ssh/problem.ts";

export interface MysqlTarget {
  /** `MariaDB on web1`. */
  readonly where: string;
  readonly user: string;
  readonly flavour: GaleraConfig["flavour"];
  readonly password: PasswordSource;
  readonly dial: Dial;
}

/**
 * One kept connection to one Galera member. Asks of a batch are queued back to back; one that passes its deadline
 * takes the connection with it, because MySQL's protocol has no way to abandon a reply, and those queued behind it
 * move to a new one while they have time.
 */
export const mysqlConnector = (target: MysqlTarget): Connector => {
  const { where, user, flavour } = target;
  const kept = keeper(where, (deadlineMs) => open(target, deadlineMs));

  /** What ended the connection before the answer, if anything did. */
  const send = async (session: MysqlSession, pending: Pending): Promise<Problem | undefined> => {
    const { ask } = pending;
    // Its time may have passed while the connection was made: what nobody waits for is not begun.
    if (ask.send.kind !== "sql" || pending.settled()) return undefined;
    if (ask.effect === "change") session.prepare(statementLimit(flavour, pending.remainingMs()));
    const sentAtMs = Date.now();
    const query = session.query(ask.send.sql);
    pending.whenOverdue(() =>
      query.abandon(problem("timeout", `${where} was still busy with ${ask.commandId}, which came first`)),
    );
    const result = await query.result;
    switch (result.state) {
      case "rows":
        pending.reply({ kind: "sql", rows: result.rows, sentAtMs, receivedAtMs: Date.now() });
        return undefined;
      case "error":
        pending.fail(serverProblem(result.error, { where, user, privilege: ask.privilege }));
        return undefined;
      case "lost":
        return result.problem;
    }
  };

  const ask = async (batch: readonly Pending[]): Promise<void> => {
    const taken = await kept.take(connectDeadlineMs(batch));
    if (!taken.ok) {
      for (const pending of batch) pending.fail(taken);
      return;
    }
    const again: Pending[] = [];
    await Promise.all(
      batch.map(async (pending) => {
        const lost = await send(taken.session, pending);
        if (lost === undefined || pending.settled()) return;
        // A kept connection may have died unnoticed (wait_timeout, a restart), or ended under a query that overran.
        // What only reads may be sent again, on a new one; of a change nobody knows whether it arrived.
        const isChange = pending.ask.effect === "change";
        if (isChange || (taken.fresh && lost.reason !== "timeout")) pending.fail(lost);
        else again.push(pending);
      }),
    );
    if (again.length > 0) await ask(again);
  };

  return { where, ask, close: kept.close };
};

const open = async (target: MysqlTarget, deadlineMs: number): Promise<Opened<MysqlSession>> => {
  const { where, user } = target;
  const started = performance.now();
  const left = (): number => deadlineMs - (performance.now() - started);
  // Loaded while the way there is opened, so that nobody waits for it, and only where there is a database.
  const loaded = import("./mysql-session.ts");
  const password = await target.password.get(left());
  if (!password.ok) return password;
  const dialled = await target.dial(left());
  if (!dialled.ok) return dialled;
  const login = { where, user, ...(password.value === undefined ? {} : { password: password.value }) };
  const { openMysqlSession } = await loaded;
  const opened = await openMysqlSession(dialled.stream, login, left());
  if (opened.ok) for (const sql of preparation(target.flavour)) opened.session.prepare(sql);
  else if (opened.reason === "auth") target.password.forget();
  return opened;
};

/**
 * Queued before the first question; a variable this server does not have costs nothing.
 *
 * SHOW, SET and information_schema work on a member outside the primary component; other tables answer 1047 unless
 * dirty reads are on (seen on MariaDB 10.11). A causality wait must never hold up a question about the very cluster
 * that is stuck. The limits keep a query, a stalled reply or a forgotten session from living on in the server after
 * midwatch has given it up.
 */
const preparation = (flavour: GaleraConfig["flavour"]): readonly string[] => [
  "SET SESSION wsrep_dirty_reads=ON, wsrep_sync_wait=0",
  "SET SESSION net_read_timeout=10, net_write_timeout=10, wait_timeout=300",
  statementLimit(flavour, QUESTION_LIMIT_MS),
];

const QUESTION_LIMIT_MS = 10_000;

/** MariaDB ends any statement at it, a change as well; Percona only a SELECT. */
const statementLimit = (flavour: GaleraConfig["flavour"], limitMs: number): string => {
  const seconds = Math.max(1, Math.ceil(limitMs / 1_000));
  return flavour === "mariadb"
    ? `SET SESSION max_statement_time=${seconds}`
    : `SET SESSION max_execution_time=${seconds * 1_000}`;
};
