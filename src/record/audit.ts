import { hostname, userInfo } from "node:os";
import { join } from "node:path";
import type { ChangeOutcome, ChangeRecord, Order } from "../connect/control.ts";
import { cleanLine } from "../connect/clean.ts";
import { describeSend } from "../connect/describe.ts";
import type { Role } from "../inventory/cluster.ts";
import { openLines } from "./lines.ts";

/** The append-only record of who changed what, refusals included. */
export interface Audit extends ChangeRecord {
  /** Something other than a command: what was unlocked, refused, taken over, ended. */
  readonly event: (event: AuditEvent) => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface AuditEvent {
  readonly what:
    | "refused"
    | "unlocked"
    | "locked"
    | "procedure-begun"
    | "procedure-ended"
    | "lock-taken"
    | "lock-lost"
    | "without-lock"
    | "taken-over"
    | "overridden"
    | "shell-opened"
    | "shell-closed";
  readonly detail: string;
  readonly host?: string;
}

export interface AuditScope {
  readonly cluster: string;
  readonly role: Role;
  /** The operator's reason; empty where a refusal came before one was given. */
  readonly reason: string;
  readonly procedure?: string;
}

export const auditPath = (stateDir: string): string => join(stateDir, "audit.jsonl");

/** This machine's word for who is at it. */
export const whoIsHere = (): { readonly user: string; readonly machine: string; readonly pid: number } => ({
  user: userName(),
  machine: hostname(),
  pid: process.pid,
});

const userName = (): string => {
  // Root by sudo is still somebody.
  const behind = process.env["SUDO_USER"];
  if (behind !== undefined && behind !== "") return behind;
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? "unknown");
  }
};

/**
 * Every entry is on disk when its promise resolves. What stands in it is made here from typed values: a command as
 * {@link describeSend} shows it, which has no credentials to show, and texts cut to a line. There is no way to hand in
 * anything else.
 */
export const openAudit = async (stateDir: string, scope: AuditScope): Promise<Audit> => {
  const lines = await openLines(auditPath(stateDir));
  const { cluster, role, reason, procedure } = scope;
  const write = (entry: object): Promise<void> =>
    lines.append({
      time: new Date().toISOString(),
      ...whoIsHere(),
      role,
      cluster,
      ...entry,
      ...(reason === "" ? {} : { reason: line(reason) }),
      ...(procedure === undefined ? {} : { procedure }),
    });
  return {
    event: ({ what, detail, host }) => write({ what, ...(host === undefined ? {} : { host }), detail: line(detail) }),
    before: (order) => write({ what: "sending", ...commandOf(order) }),
    after: (order, outcome) => write({ what: "sent", ...commandOf(order), ...resultOf(outcome) }),
    close: lines.close,
  };
};

const commandOf = ({ target, ask, about }: Order): object => ({
  host: target,
  command: ask.commandId,
  arguments: ask.conceal === undefined ? line(describeSend(ask.send, ask.privilege)) : "(not kept)",
  ...(about === undefined ? {} : { step: about.step, ...(about.undo ? { undo: true } : {}) }),
});

const resultOf = (outcome: ChangeOutcome): object => ({
  result: outcome.state,
  ...(outcome.state === "done" ? {} : { detail: line(outcome.why) }),
});

const LONGEST = 500;

const line = (text: string): string => {
  const cleaned = cleanLine(text);
  return cleaned.length > LONGEST ? `${cleaned.slice(0, LONGEST - 1)}…` : cleaned;
};
