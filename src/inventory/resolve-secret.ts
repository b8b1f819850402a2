import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { EXIT, failure, problem, success, type Result } from "./problem.ts";
import { secretFileFault } from "./secret-file.ts";
import { describeSecret, type Secret } from "./secret.ts";

export interface ResolveOptions {
  /** A password manager may have to be unlocked by a person first. */
  readonly deadlineMs?: number;
  readonly env?: NodeJS.ProcessEnv;
}

const DEFAULT_DEADLINE_MS = 20_000;
const MAX_BYTES = 65_536;

/**
 * Fetches a secret from where the inventory says it is, without one newline at its end. Never rejects. A problem names
 * the source and never repeats anything that came from it, what a command wrote to stderr included.
 */
export const resolveSecret = async (secret: Secret, options: ResolveOptions = {}): Promise<Result<string>> => {
  const deadlineMs = options.deadlineMs ?? DEFAULT_DEADLINE_MS;
  const fetched = await fetchSecret(secret, deadlineMs, options.env ?? process.env);
  return "fault" in fetched ? refuse(secret, fetched) : usable(secret, fetched.bytes);
};

type Fetched = { readonly bytes: Uint8Array } | Fault;

interface Fault {
  readonly fault: string;
  readonly fix?: string;
}

const refuse = (secret: Secret, { fault, fix }: Fault): Result<never> =>
  failure(problem({ what: `${describeSecret(secret)} ${fault}`, fix, exitCode: EXIT.config }));

const usable = (secret: Secret, bytes: Uint8Array): Result<string> => {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes).replace(/\r?\n$/, "");
  } catch {
    return refuse(secret, { fault: "gives something that is not UTF-8 text" });
  }
  if (text === "") return refuse(secret, { fault: "is empty" });
  // Password managers print notes below the password; sent as they are they would only be a wrong password.
  if (/[\r\n]/.test(text)) return refuse(secret, { fault: "gives several lines", fix: "let it give the secret alone" });
  return success(text);
};

const fetchSecret = async (secret: Secret, deadlineMs: number, env: NodeJS.ProcessEnv): Promise<Fetched> => {
  switch (secret.from) {
    case "env": {
      const value = env[secret.name];
      return value === undefined
        ? { fault: "is not set", fix: `export ${secret.name} before starting midwatch` }
        : { bytes: Buffer.from(value) };
    }
    case "file":
      // A folder on a hung network mount blocks for ever.
      return within(deadlineMs, readSecretFile(secret.path));
    case "command":
      return runSecretCommand(secret.argv, deadlineMs);
  }
};

const within = async (deadlineMs: number, work: Promise<Fetched>, onTimeout?: () => void): Promise<Fetched> => {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<Fetched>((resolve) => {
    timer = setTimeout(() => {
      onTimeout?.();
      resolve({ fault: `gave no answer within ${deadlineMs / 1_000} s` });
    }, deadlineMs);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
};

const readSecretFile = async (path: string): Promise<Fetched> => {
  try {
    // Without O_NONBLOCK opening a pipe nobody writes to would block a thread.
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const fault = secretFileFault("it", await file.stat());
      if (fault !== undefined)
        return { fault: `cannot be used: ${fault.what}`, ...(fault.fix && { fix: `chmod 600 ${path}` }) };
      const { buffer, bytesRead } = await file.read(Buffer.alloc(MAX_BYTES), 0, MAX_BYTES, 0);
      return bytesRead === MAX_BYTES ? { fault: "is too long for a secret" } : { bytes: buffer.subarray(0, bytesRead) };
    } finally {
      await file.close();
    }
  } catch (error) {
    return fileFault(error);
  }
};

const fileFault = (error: unknown): Fault => {
  const code = error instanceof Error && "code" in error ? String(error.code) : "an error";
  if (code === "ENOENT") return { fault: "does not exist", fix: "create it with mode 600, or correct the path" };
  if (code === "EACCES") return { fault: "may not be read by you" };
  return { fault: `cannot be read (${code})` };
};

const runSecretCommand = async (argv: readonly string[], deadlineMs: number): Promise<Fetched> => {
  const [program = "", ...args] = argv;
  // Loaded only where a program is asked: most inventories name a file or a variable.
  const { execa } = await import("execa");
  const child = execa(program, args, {
    reject: false,
    encoding: "buffer",
    stdin: "ignore",
    stderr: "ignore",
    stripFinalNewline: false,
    maxBuffer: MAX_BYTES,
    // A group of its own, so that the deadline ends what it started too; and no terminal, which the screen is using.
    detached: true,
  });
  const end = (): void => {
    endGroup(child.pid);
    child.stdout.destroy();
  };
  const answer = child.then((result): Fetched => {
    if (!result.failed) return { bytes: result.stdout };
    if (result.isMaxBuffer) return { fault: "gives too much for a secret" };
    if (result.code === "ENOENT") return { fault: "is not to be found", fix: "give its path, or add it to $PATH" };
    if (result.code === "EACCES") return { fault: "may not be run by you" };
    const how = result.signal === undefined ? `with exit code ${result.exitCode ?? "unknown"}` : `by ${result.signal}`;
    return { fault: `ended ${how}`, fix: "run it by hand to see why" };
  });
  return within(deadlineMs, answer, end);
};

const endGroup = (pid: number | undefined): void => {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It ended by itself between the deadline and now.
  }
};
