/**
 * Raw replies as they come off the wire, already cleaned: text holds no control characters but newline and tab
 * (see clean.ts), and is bounded in size. Times are milliseconds since the epoch on this machine's clock.
 */
export type Reply = HostReply | SqlReply | RedisReply | HaproxyReply | HttpReply;

export type ReplyOf<K extends Reply["kind"]> = Extract<Reply, { readonly kind: K }>;

interface Timed {
  readonly sentAtMs: number;
  readonly receivedAtMs: number;
}

export interface HostReply extends Timed {
  readonly kind: "host";
  readonly stdout: string;
  readonly stderr: string;
  /** 124 and 137: ended by its deadline on the host. 126/127: not runnable / not found. */
  readonly exitCode: number;
}

export interface SqlReply extends Timed {
  readonly kind: "sql";
  /** Column name → text as sent; NULL stays null. */
  readonly rows: readonly Readonly<Record<string, string | null>>[];
}

/** A RESP value. Errors stay values: one refused call must not spoil the rest of its pipeline. */
export type RedisValue = string | number | null | { readonly error: string } | readonly RedisValue[];

export interface RedisReply extends Timed {
  readonly kind: "redis";
  /** One per call, in order. */
  readonly values: readonly RedisValue[];
}

export interface HaproxyReply extends Timed {
  readonly kind: "haproxy";
  readonly text: string;
}

export interface HttpReply extends Timed {
  readonly kind: "http";
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The body was longer than what was kept of it. */
  readonly cut: boolean;
  /** From the request's first byte to the end of the body, in milliseconds; the SSH hop is inside. */
  readonly tookMs: number;
}
