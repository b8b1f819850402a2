import { dirname } from "node:path";
import { CannotRecord } from "../record/lines.ts";
import { EXIT, formatProblems, isProblem, type Problem } from "../inventory/problem.ts";

/** Carries problems out of a command to {@link reportFailure}: an exception only to leave, never shown as one. */
export class CommandFailure extends Error {
  readonly problems: readonly Problem[];
  constructor(problems: readonly Problem[]) {
    super(formatProblems(problems));
    this.name = "CommandFailure";
    this.problems = problems;
  }
}

/** Prints what went wrong to stderr; returns the exit code. A defect says so, with its stack only when asked. */
export const reportFailure = (error: unknown): number => {
  if (error instanceof CommandFailure) {
    console.error(error.message);
    return error.problems[0]?.exitCode ?? EXIT.internal;
  }
  if (isProblem(error)) {
    console.error(formatProblems([error]));
    return error.exitCode;
  }
  if (error instanceof CannotRecord) {
    console.error(`midwatch: nothing was sent: it must be written down first, and ${error.message}`);
    console.error(`  fix: make ${dirname(error.path)} writable`);
    return EXIT.refused;
  }
  const text = error instanceof Error ? error.message : String(error);
  console.error(`midwatch: a defect in midwatch, not in your cluster: ${text}`);
  if (process.env["MIDWATCH_DEBUG"] === undefined)
    console.error("  fix: run it again with MIDWATCH_DEBUG=1 and report what it prints");
  else if (error instanceof Error) console.error(error.stack);
  return EXIT.internal;
};
