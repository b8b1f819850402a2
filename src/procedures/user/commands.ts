import {
  ask,
  notParsed,
  parsed,
  type Ask,
  type HostCommand,
  type HttpCommand,
  type ReadCommand,
  type SqlCommand,
} from "../../connect/command.ts";
import { firstLine, shortText } from "../../systems/text.ts";

/** What somebody's own procedure sends; the commands are theirs, the rules of sending them are ours. */
interface Own {
  /** `wordpress-update.update`: procedure and step. */
  readonly id: string;
  readonly deadlineMs: number;
}

interface Program extends Own {
  readonly argv: readonly string[];
  readonly as: "login" | "root";
}

const WHY = "a procedure of your own names it";

const program = <T, E extends "read" | "change">(
  { id, argv, as, deadlineMs }: Program,
  effect: E,
  parse: HostCommand<T, void, E>["parse"],
): HostCommand<T, void, E> => ({
  id: `own.${id}`,
  kind: "host",
  effect,
  lane: "own",
  asks: "What a procedure of your own says",
  privilege: as === "root" ? { need: "root", why: WHY } : { need: "login" },
  deadlineMs,
  argv: () => argv,
  parse,
});

/** A change: exit code 0 is done, any other is failed, with the first line it printed. */
export const change = (own: Program): Ask<"change"> =>
  ask(
    program<void, "change">(own, "change", ({ exitCode, stdout, stderr }) =>
      exitCode === 0
        ? parsed(undefined)
        : notParsed("failed", `exit code ${exitCode}: ${firstLine(stderr, firstLine(stdout, "it printed nothing"))}`),
    ),
    undefined,
  );

/** What a question came to. */
export interface Said {
  readonly holds: boolean;
  readonly text: string;
}

/** A question by exit code. That it changes nothing is what its author says. */
export const question = (own: Program): ReadCommand<Said> =>
  program<Said, "read">(own, "read", ({ exitCode, stdout, stderr }) =>
    parsed({ holds: exitCode === 0, text: firstLine(exitCode === 0 ? stdout : stderr, `exit code ${exitCode}`) }),
  );

interface Statement extends Own {
  readonly sql: string;
}

const GRANTS = ["what its statements need"] as const;

const statement = <T, E extends "read" | "change">(
  { id, sql, deadlineMs }: Statement,
  effect: E,
  parse: SqlCommand<T, void, E>["parse"],
): SqlCommand<T, void, E> => ({
  id: `own.${id}`,
  kind: "sql",
  effect,
  asks: "What a procedure of your own says",
  privilege: { need: "sql", grants: GRANTS },
  deadlineMs,
  sql: () => sql,
  parse,
});

export const sqlChange = (own: Statement): Ask<"change"> =>
  ask(
    statement<void, "change">(own, "change", () => parsed(undefined)),
    undefined,
  );

/** Whether a SELECT returns a row. */
export const sqlQuestion = (own: Statement): ReadCommand<Said> =>
  statement<Said, "read">(own, "read", ({ rows }) => parsed({ holds: rows.length > 0, text: `${rows.length} rows` }));

interface Page extends Own {
  readonly url: string;
  readonly hostHeader: string | undefined;
  readonly expect: string | undefined;
}

const KEEP_BYTES = 65_536;

/** 2xx, with the expected text where one is named. */
export const page = ({ id, url, hostHeader, expect, deadlineMs }: Page): HttpCommand<Said, void, "read"> => ({
  id: `own.${id}`,
  kind: "http",
  effect: "read",
  asks: "A page, as the host itself sees it",
  privilege: { need: "http" },
  deadlineMs,
  request: () => ({ url, keepBytes: KEEP_BYTES, ...(hostHeader === undefined ? {} : { hostHeader }) }),
  parse: ({ status, body }) => {
    const good = status >= 200 && status < 300;
    const there = expect === undefined || body.includes(expect);
    return parsed({
      holds: good && there,
      text: good && !there ? `HTTP ${status}, without "${shortText(expect ?? "", 40)}"` : `HTTP ${status}`,
    });
  },
});
