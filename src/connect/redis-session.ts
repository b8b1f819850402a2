import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { AbstractConnector, Redis } from "ioredis";
import { clean, cleanLine } from "./clean.ts";
import { closedProblem, endedHere, networkProblem } from "./failure.ts";
import type { Keepable, Opened } from "./keep.ts";
import type { RedisValue } from "./reply.ts";
import { respFrames } from "./resp-frames.ts";
import { problem, type Problem } from "./ssh/problem.ts";
import { wire, type Gate } from "./wire.ts";

/** One connection to an instance, not yet logged in. */
export interface RedisSession extends Keepable {
  /** Sends calls as one pipeline. */
  readonly call: (calls: readonly (readonly string[])[]) => Promise<RedisResult>;
  /** Ends the connection; calls under way are lost for this reason. */
  readonly end: (why: Problem) => void;
}

export type RedisResult =
  | { readonly state: "values"; readonly values: readonly RedisValue[] }
  | { readonly state: "lost"; readonly problem: Problem };

// INFO is 6 kB; a SCAN page of a few thousand keys well below this.
const REPLY_LIMIT_BYTES = 4 * 1_024 * 1_024;

/** Speaks Redis over a stream. Settles within `deadlineMs`; never rejects, whatever bytes come. */
export const openRedisSession = (stream: Duplex, where: string, deadlineMs: number): Promise<Opened<RedisSession>> => {
  const opened = Promise.withResolvers<Opened<RedisSession>>();
  const waiting = new Set<(result: RedisResult) => void>();
  let dead: Problem | undefined;

  const guarded = wire(stream, respGate(where));
  const redis = new Redis({
    Connector: connectorTo(guarded),
    lazyConnect: true,
    // A lost connection is lost: no queue, no retry, no resending behind our back. keep.ts has the one policy.
    enableOfflineQueue: false,
    retryStrategy: () => null,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    // INFO as a check needs a permission the account may not have; CLIENT SETINFO another one.
    enableReadyCheck: false,
    disableClientInfo: true,
    protocol: 2,
  });

  const die = (found: Problem): void => {
    if (dead !== undefined) return;
    dead = found;
    clearTimeout(timer);
    redis.disconnect();
    guarded.destroy();
    opened.resolve({ ok: false, ...found });
    for (const settle of waiting) settle({ state: "lost", problem: found });
    waiting.clear();
  };
  const timer = setTimeout(() => die(problem("timeout", `${where} did not get ready`)), Math.max(1, deadlineMs));
  redis.on("error", (error) => die(networkProblem(error, where)));
  guarded.on("error", (error) => die(networkProblem(error, where)));
  guarded.on("close", () => die(closedProblem(where)));

  const call = (calls: readonly (readonly string[])[]): Promise<RedisResult> => {
    if (dead !== undefined) return Promise.resolve({ state: "lost", problem: dead });
    const { promise, resolve } = Promise.withResolvers<RedisResult>();
    const settle = (result: RedisResult): void => {
      waiting.delete(settle);
      resolve(result);
    };
    waiting.add(settle);
    void runPipeline(redis, calls).then(
      (values) => settle({ state: "values", values }),
      (error: unknown) => die(networkProblem(error, where)),
    );
    return promise;
  };

  const session: RedisSession = {
    call,
    alive: () => dead === undefined,
    end: die,
    close: () => die(endedHere(where)),
  };
  void redis.connect().then(
    () => {
      clearTimeout(timer);
      return opened.resolve({ ok: true, session });
    },
    (error: unknown) => die(networkProblem(error, where)),
  );
  return opened.promise;
};

/** Rejects when the connection broke; the server's own errors are values. */
const runPipeline = async (redis: Redis, calls: readonly (readonly string[])[]): Promise<readonly RedisValue[]> => {
  const pipeline = redis.pipeline();
  for (const [name = "", ...args] of calls) pipeline.call(name, ...args);
  const results = (await pipeline.exec()) ?? [];
  // ioredis reports a lost connection as one more error of each call.
  for (const [error] of results) if (error !== null && error.name !== "ReplyError") throw error;
  return results.map(([error, value]) => valueOf(error ?? value));
};

/** Lets whole, well-formed replies through, no more of them than calls were sent. */
const respGate = (where: string): Gate => {
  const arrived = respFrames(REPLY_LIMIT_BYTES);
  const left = respFrames(REPLY_LIMIT_BYTES);
  let outstanding = 0;
  let received = 0;
  const end = (what: string) => ({
    end: problem("unreadable", `${where} sent ${what}: not a Redis, or not as it should be`, "check host and port"),
  });
  return {
    leaving: (bytes) => {
      const framed = left(bytes);
      if ("frames" in framed) outstanding += framed.frames;
    },
    arriving: (bytes) => {
      received += bytes.length;
      if (received > REPLY_LIMIT_BYTES) return end("a reply too large");
      const framed = arrived(bytes);
      if ("broken" in framed) return end(framed.broken);
      outstanding -= framed.frames;
      if (outstanding < 0) return end("what was not asked for");
      if (outstanding === 0) received = 0;
      return framed.frames === 0 ? {} : { pass: framed.whole };
    },
  };
};

/** ioredis makes its connector itself, from a class: the documented way to give it a stream that is already open. */
const connectorTo = (stream: Duplex) =>
  class extends AbstractConnector {
    constructor() {
      super(0);
    }
    connect(): Promise<Socket> {
      // ioredis wants a socket only for its options, which wire.ts answers.
      return Promise.resolve(stream as Socket);
    }
    override disconnect(): void {
      stream.destroy();
    }
  };

const valueOf = (value: unknown): RedisValue => {
  if (typeof value === "string") return clean(value);
  if (typeof value === "number") return value;
  if (value instanceof Error) return { error: cleanLine(value.message) };
  return Array.isArray(value) ? value.map((item) => valueOf(item)) : null;
};
