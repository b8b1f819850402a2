import type { Outcome } from "./access.ts";
import { cleanLine } from "./clean.ts";
import { problem, type Problem } from "./ssh/problem.ts";

/** An error that already knows what to tell the operator; thrown into streams, so that whoever reads them learns why. */
export class ProblemError extends Error {
  readonly problem: Problem;
  constructor(found: Problem) {
    super(found.detail);
    this.problem = found;
  }
}

/** The outcome of an ask that was not answered. */
export const failed = (found: Problem, sentAtMs: number, atMs = Date.now()): Outcome => ({
  ok: false,
  reason: found.reason,
  detail: found.detail,
  ...(found.fix === undefined ? {} : { fix: found.fix }),
  sentAtMs,
  atMs,
});

/** What a broken socket means. `where` names service, host and address: `MariaDB on web1 (10.0.0.1:3306)`. */
export const networkProblem = (error: unknown, where: string): Problem => {
  if (error instanceof ProblemError) return error.problem;
  switch (codeOf(error)) {
    case "ECONNREFUSED":
      return problem("refused", `${where} refuses connections`, "see whether the service runs and listens there");
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return problem("unreachable", `${where}: the name cannot be resolved`, "check the address in the inventory");
    case "EHOSTUNREACH":
    case "ENETUNREACH":
    case "EHOSTDOWN":
      return problem("unreachable", `${where}: no route`);
    case "ETIMEDOUT":
      return problem("timeout", `${where} does not answer`);
    case "ECONNRESET":
    case "EPIPE":
    case "ERR_STREAM_PREMATURE_CLOSE":
    case "ERR_STREAM_DESTROYED":
      return closedProblem(where);
    default:
      return problem("unreachable", `${where}: ${shortText(error instanceof Error ? error.message : String(error))}`);
  }
};

export const closedProblem = (where: string): Problem =>
  problem("unreachable", `${where} closed the connection before it answered`);

export const endedHere = (where: string): Problem =>
  problem("unreachable", `${where}: midwatch has closed the connection`);

/** Remote text for a detail: one line, harmless, short. */
export const shortText = (text: string): string => {
  const line = cleanLine(text);
  return line.length > 200 ? `${line.slice(0, 199)}…` : line;
};

const codeOf = (error: unknown): string | undefined => {
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
};
