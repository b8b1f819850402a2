import type { Outcome } from "../../../src/connect/access.ts";
import { ask, parsed, type Ask, type Privilege } from "../../../src/connect/command.ts";
import type { Connector } from "../../../src/connect/connector.ts";
import { pend } from "../../../src/connect/pending.ts";

const base = (id: string, privilege: Privilege, deadlineMs: number) =>
  ({ id, asks: "what the test wants to know", effect: "read", privilege, deadlineMs }) as const;

export const sqlAsk = (sql: string, deadlineMs = 5_000): Ask<"read"> =>
  ask(
    {
      ...base(`test.${sql}`, { need: "sql", grants: ["PROCESS"] }, deadlineMs),
      kind: "sql",
      sql: () => sql,
      parse: (reply) => parsed(reply.rows),
    },
    undefined,
  );

/** As {@link sqlAsk}, but it changes something: for the connectors behind the door. */
export const sqlChange = (sql: string, deadlineMs?: number): Ask<"change"> => ({
  ...sqlAsk(sql, deadlineMs),
  effect: "change",
});

export const redisAsk = (calls: readonly (readonly string[])[], deadlineMs = 5_000): Ask<"read"> =>
  ask(
    {
      ...base(`test.${calls[0]?.[0]}`, { need: "redis", acl: ["+info", "+dbsize"] }, deadlineMs),
      kind: "redis",
      calls: () => calls,
      parse: (reply) => parsed(reply.values),
    },
    undefined,
  );

export const haproxyAsk = (line: string, deadlineMs = 5_000): Ask<"read"> =>
  ask(
    {
      ...base(`test.${line}`, { need: "haproxy", level: "operator" }, deadlineMs),
      kind: "haproxy",
      line: () => line,
      parse: (reply) => parsed(reply.text),
    },
    undefined,
  );

export const httpAsk = (
  url: string,
  {
    hostHeader,
    keepBytes = 65_536,
    deadlineMs = 5_000,
  }: { hostHeader?: string; keepBytes?: number; deadlineMs?: number } = {},
): Ask<"read"> =>
  ask(
    {
      ...base(`test.${url}`, { need: "http" }, deadlineMs),
      kind: "http",
      request: () => ({ url, keepBytes, ...(hostHeader === undefined ? {} : { hostHeader }) }),
      parse: (reply) => parsed(reply.body),
    },
    undefined,
  );

/** Sends one batch and waits for every outcome, in the order of the asks. */
export const outcomes = async (connector: Connector, ...asks: readonly Ask[]): Promise<readonly Outcome[]> => {
  const results: Outcome[] = [];
  const batch = asks.map((one, at) =>
    pend(one, connector.where, (outcome) => {
      results[at] = outcome;
    }),
  );
  void connector.ask(batch);
  await Promise.all(batch.map((pending) => pending.done));
  return results;
};

export const outcome = async (connector: Connector, one: Ask): Promise<Outcome> => {
  const [only] = await outcomes(connector, one);
  if (only === undefined) throw new Error("not delivered");
  return only;
};

/** What the tests compare: the reply's content, or the reason and words of a failure. */
export const gist = (result: Outcome): unknown => {
  if (!result.ok)
    return { reason: result.reason, detail: result.detail, ...(result.fix === undefined ? {} : { fix: result.fix }) };
  const { reply } = result;
  switch (reply.kind) {
    case "sql":
      return reply.rows;
    case "redis":
      return reply.values;
    case "haproxy":
      return reply.text;
    case "http":
      return { status: reply.status, body: reply.body };
    case "host":
      return reply.stdout;
  }
};
