import { execa } from "execa";
import { labError } from "./error.ts";

export interface Ran {
  readonly ok: boolean;
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
}

export interface ExecOptions {
  readonly timeoutMs?: number;
  /** Sent on standard input: the way for secrets, which must not stand in an argument list. */
  readonly input?: string;
  readonly cwd?: string;
}

/** Runs a program on this machine and reports how it went; never throws for a failing program. */
export const attempt = async (argv: readonly [string, ...string[]], options: ExecOptions = {}): Promise<Ran> => {
  const [file, ...args] = argv;
  const result = await execa(file, args, {
    reject: false,
    timeout: options.timeoutMs ?? 60_000,
    forceKillAfterDelay: 2_000,
    env: { LC_ALL: "C", DEBIAN_FRONTEND: "noninteractive" },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.input === undefined ? { stdin: "ignore" as const } : { input: options.input }),
  });
  return {
    ok: !result.failed,
    exitCode: result.exitCode,
    stdout: result.stdout,
    stderr: result.stderr === "" && result.failed ? (result.shortMessage ?? "") : result.stderr,
    timedOut: result.timedOut,
  };
};

/** Runs a program on this machine; a failure is an error that shows the command's own last words. */
export const run = async (argv: readonly [string, ...string[]], options: ExecOptions = {}): Promise<string> => {
  const ran = await attempt(argv, options);
  if (!ran.ok) throw labError(failure(argv.join(" "), ran));
  return ran.stdout;
};

export const failure = (what: string, ran: Ran): string => {
  const how = ran.timedOut ? "took too long" : `failed (exit ${ran.exitCode ?? "by a signal"})`;
  const words = [ran.stderr, ran.stdout].map((text) => text.trim()).filter((text) => text !== "");
  return [`${what} ${how}`, ...words.map((text) => text.split("\n").slice(-12).join("\n"))].join("\n");
};
