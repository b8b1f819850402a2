import type { ServerChannel, Session } from "ssh2";
import type { HostName } from "../layout.ts";
import type { Installed } from "../rooms.ts";
import { createExecute } from "../shell/execute.ts";
import { parse } from "../shell/parse.ts";
import { readScript } from "../shell/read-script.ts";
import { runText, type Shell } from "../shell/run.ts";
import type { List, Word } from "../shell/syntax.ts";
import type { Simulation } from "../simulation.ts";
import { serveTerminal } from "./terminal.ts";

/** Whose session it is, and where. */
export interface Seat {
  readonly host: HostName;
  readonly user: string;
  readonly installed: Installed;
  readonly simulation: Simulation;
}

/** One session channel: a command, a script on standard input, or a person at a terminal. */
export const serveSession = (session: Session, seat: Seat): void => {
  let hasTerminal = false;
  session.on("pty", (accept) => {
    hasTerminal = true;
    accept?.();
  });
  session.on("env", (accept) => accept?.());
  session.on("window-change", (accept) => accept?.());
  session.on("exec", (accept, _reject, { command }) => {
    const channel = accept();
    if (startsShell(command)) return void readScript(channel, createShell("sh", channel, seat)).then(finish(channel));
    const shell = createShell("bash", channel, seat);
    return void runLine(shell, command).then(() => finish(channel)(shell.status));
  });
  session.on("shell", (accept) => {
    const channel = accept();
    const shell = createShell("bash", channel, seat);
    const done = hasTerminal ? serveTerminal(channel, shell, `${seat.user}@${seat.host}`) : readScript(channel, shell);
    void done.then(finish(channel));
  });
};

const finish =
  (channel: ServerChannel) =>
  (status: number): void => {
    if (channel.destroyed || channel.writableEnded) return;
    channel.exit(status);
    channel.end();
  };

const runLine = async (shell: Shell, line: string): Promise<void> => {
  try {
    await runText(shell, line);
  } catch (error) {
    shell.files.get(2)?.(`${shell.name}: -c: line 1: ${error instanceof Error ? error.message : String(error)}\n`);
    shell.status = 2;
  }
};

/** `[exec] [env NAME=VALUE …] sh`: the script comes on standard input. */
const startsShell = (command: string): boolean => {
  const words = plainWords(command);
  return words !== undefined && /^(exec )?(env (\w+=\S* )*)?(\/bin\/)?(ba)?sh( -s)?$/.test(words.join(" "));
};

const plainWords = (command: string): readonly string[] | undefined => {
  let list: List;
  try {
    list = parse(command);
  } catch {
    return undefined;
  }
  const [only, ...others] = list;
  const simple = only?.first[0];
  if (simple?.kind !== "simple" || others.length > 0 || only?.rest.length !== 0 || only.first.length > 1)
    return undefined;
  return simple.words.map(textOf);
};

const textOf = (word: Word): string => word.map((part) => (part.kind === "text" ? part.text : "\0")).join("");

const createShell = (name: string, channel: ServerChannel, { host, user, installed, simulation }: Seat): Shell => {
  const execute = createExecute(installed.programs);
  const notFound =
    name === "sh"
      ? (what: string) => `sh: 1: ${what}: not found`
      : (what: string) => `bash: line 1: ${what}: command not found`;
  return {
    name,
    variables: new Map([["HOME", `/home/${user}`]]),
    functions: new Map(),
    files: new Map([
      [1, (text) => void (text !== "" && !channel.writableEnded && channel.write(text))],
      [2, (text) => void (text !== "" && !channel.writableEnded && channel.stderr.write(text))],
    ]),
    positional: [],
    status: 0,
    exited: false,
    execute: (argv, stdin) => {
      const world = simulation.now();
      return execute(argv, { world, host: world.hosts[host], user, stdin }, notFound);
    },
    wait: (takesMs) => untilOrClosed(channel, takesMs),
  };
};

/** What hangs for ever hangs until the client hangs up. */
const untilOrClosed = (channel: ServerChannel, takesMs: number): Promise<void> =>
  new Promise((resolve) => {
    const timer = Number.isFinite(takesMs) ? setTimeout(() => done(), takesMs) : undefined;
    const done = (): void => {
      clearTimeout(timer);
      channel.off("close", done);
      resolve();
    };
    channel.once("close", done);
  });
