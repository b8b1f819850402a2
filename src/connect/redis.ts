import type { Connector } from "./connector.ts";
import type { Dial } from "./dial.ts";
import { keeper, type Opened } from "./keep.ts";
import type { PasswordSource } from "./login.ts";
import { connectDeadlineMs, type Pending } from "./pending.ts";
import { errorProblem, errorText, refusal } from "./redis-problems.ts";
import type { RedisSession } from "./redis-session.ts";
import { problem, type Problem } from "./ssh/problem.ts";

export interface RedisTarget {
  /** Name in the inventory. */
  readonly name: string;
  /** `Redis sessions on lb1`. */
  readonly where: string;
  /** ACL user; without one the default user. */
  readonly user: string | undefined;
  readonly password: PasswordSource;
  readonly dial: Dial;
}

/** One kept connection to one Redis instance; all calls of a batch travel as one pipeline. */
export const redisConnector = (target: RedisTarget): Connector => {
  const { where, user, name: instance } = target;
  const kept = keeper(where, (deadlineMs) => open(target, deadlineMs));

  /** What ended the connection before the answer, if anything did. */
  const send = async (session: RedisSession, batch: readonly Pending[]): Promise<Problem | undefined> => {
    // Their time may have passed while the connection was made: what nobody waits for is not sent.
    const wanted = batch.filter((pending) => !pending.settled());
    const parts = wanted.map((pending) => ({
      pending,
      calls: pending.ask.send.kind === "redis" ? pending.ask.send.calls : [],
    }));
    for (const { pending } of parts)
      pending.whenOverdue(() =>
        session.end(problem("timeout", `${where} was still busy with ${pending.ask.commandId}, which came with it`)),
      );
    const sentAtMs = Date.now();
    const result = await session.call(parts.flatMap(({ calls }) => calls));
    if (result.state === "lost") return result.problem;
    const receivedAtMs = Date.now();
    let from = 0;
    for (const { pending, calls } of parts) {
      const values = result.values.slice(from, from + calls.length);
      from += calls.length;
      const refused = refusal(values, { where, instance, user, privilege: pending.ask.privilege });
      if (refused === undefined) pending.reply({ kind: "redis", values, sentAtMs, receivedAtMs });
      else pending.fail(refused);
    }
    return undefined;
  };

  const ask = async (batch: readonly Pending[]): Promise<void> => {
    const taken = await kept.take(connectDeadlineMs(batch));
    if (!taken.ok) {
      for (const pending of batch) pending.fail(taken);
      return;
    }
    const lost = await send(taken.session, batch);
    if (lost === undefined) return;
    const open = batch.filter((pending) => !pending.settled());
    // A kept connection may have died unnoticed (`timeout`, a restart). What only reads may go again; of a change
    // nobody knows whether it arrived.
    const again = taken.fresh ? [] : open.filter((pending) => pending.ask.effect === "read");
    for (const pending of open) if (!again.includes(pending)) pending.fail(lost);
    if (again.length > 0) await ask(again);
  };

  return { where, ask, close: kept.close };
};

const open = async (target: RedisTarget, deadlineMs: number): Promise<Opened<RedisSession>> => {
  const { where } = target;
  const started = performance.now();
  const left = (): number => deadlineMs - (performance.now() - started);
  // Loaded while the way there is opened, so that nobody waits for it, and only where there is a Redis.
  const loaded = import("./redis-session.ts");
  const password = await target.password.get(left());
  if (!password.ok) return password;
  const dialled = await target.dial(left());
  if (!dialled.ok) return dialled;
  const { openRedisSession } = await loaded;
  const opened = await openRedisSession(dialled.stream, where, left());
  if (!opened.ok || password.value === undefined) return opened;
  const refused = await logIn(opened.session, target, password.value, left());
  if (refused === undefined) return opened;
  opened.session.close();
  if (refused.reason === "auth") target.password.forget();
  return { ok: false, ...refused };
};

/**
 * AUTH as a call of our own: ioredis would print a warning over the screen where no password is set. A server that
 * needs none is fine with us.
 */
const logIn = async (
  session: RedisSession,
  { where, name: instance, user }: RedisTarget,
  password: string,
  deadlineMs: number,
): Promise<Problem | undefined> => {
  const timer = setTimeout(
    () => session.end(problem("timeout", `${where} did not finish the login`)),
    Math.max(1, deadlineMs),
  );
  const result = await session.call([["AUTH", ...(user === undefined ? [] : [user]), password]]);
  clearTimeout(timer);
  if (result.state === "lost") return result.problem;
  const [answer = null] = result.values;
  const error = errorText(answer);
  if (error === undefined || /no password is set|without any password configured/i.test(error)) return undefined;
  // Any other text is not repeated: a server that does not know AUTH quotes what it was given.
  const code = /^[A-Z]+/.exec(error)?.[0] ?? "no reason given";
  return (
    errorProblem(error, { where, instance, user }) ?? problem("auth", `${where} does not take the login (${code})`)
  );
};
