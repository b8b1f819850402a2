/** Why something is not known. Each reads as a word on screen; `detail` beside it gives the particulars. */
export type UnknownReason =
  /** Not asked yet. */
  | "pending"
  /** The last good answer is too old to stand as live. */
  | "stale"
  | "timeout"
  /** No route, connection lost, name not found. */
  | "unreachable"
  /** The port answers, and says no. */
  | "refused"
  | "auth"
  | "host-key"
  /** The account may not ask this; `fix` says what to grant. */
  | "privilege"
  /** The program, file or feature is not there. */
  | "missing"
  /** It answered with an error of its own. */
  | "failed"
  /** It answered, but not in a form midwatch can read. */
  | "unreadable";

/** Where a value came from: enough for an operator to check by hand. Holds no secret. */
export interface Evidence {
  readonly commandId: string;
  /** As one would type it, without credentials. */
  readonly sent: string;
  /** The host, member, instance or load balancer that was asked. */
  readonly target: string;
  readonly atMs: number;
  readonly tookMs: number;
  /** The cleaned reply, cut at {@link EVIDENCE_LIMIT} characters. */
  readonly raw: string;
}

export const EVIDENCE_LIMIT = 16_384;

export interface Known<T> {
  readonly state: "known";
  readonly value: T;
  /** When the answer arrived, ms since the epoch, this machine's clock. */
  readonly atMs: number;
  readonly tookMs: number;
  /** Which target answered; for an elected question, the host that was elected. */
  readonly by: string;
}

export interface Unknown<T> {
  readonly state: "unknown";
  readonly reason: UnknownReason;
  /** One line, in the operator's words. */
  readonly detail: string;
  /** What would make it known. */
  readonly fix?: string;
  readonly atMs: number;
  /** The last good answer, never to be shown as live. */
  readonly last?: Known<T>;
}

/** A probe's answer: a value, or unknown with the reason. */
export type Sample<T> = Known<T> | Unknown<T>;
