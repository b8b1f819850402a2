import { builtins } from "./builtins.ts";
import { parse } from "./parse.ts";
import type { Output } from "./program.ts";
import type { Command, List, Pipeline, Redirect, Word } from "./syntax.ts";

/** A shell process: what it remembers from one line to the next. */
export interface Shell {
  readonly name: string;
  readonly variables: Map<string, string>;
  readonly functions: Map<string, List>;
  readonly files: Map<number, Sink>;
  positional: readonly string[];
  status: number;
  exited: boolean;
  readonly execute: (argv: readonly string[], stdin: string) => Output;
  /** Resolves after `takesMs`, or at once when the channel has closed. */
  readonly wait: (takesMs: number) => Promise<void>;
}

export type Sink = (text: string) => void;

interface Io {
  readonly files: ReadonlyMap<number, Sink>;
  readonly stdin: string;
}

export const runText = async (shell: Shell, text: string): Promise<void> => {
  await runList(shell, parse(text), { files: shell.files, stdin: "" });
};

const runList = async (shell: Shell, list: List, io: Io): Promise<void> => {
  for (const { first, rest } of list) {
    if (shell.exited) return;
    await runPipeline(shell, first, io);
    for (const { when, pipeline } of rest) {
      if (!shell.exited && (shell.status === 0) === (when === "&&")) await runPipeline(shell, pipeline, io);
    }
  }
};

const runPipeline = async (shell: Shell, pipeline: Pipeline, io: Io): Promise<void> => {
  let { stdin } = io;
  for (const [index, command] of pipeline.entries()) {
    if (index === pipeline.length - 1) return runCommand(shell, command, { files: io.files, stdin });
    let piped = "";
    const files = new Map(io.files).set(1, (text) => {
      piped += text;
    });
    await runCommand(shell, command, { files, stdin });
    stdin = piped;
  }
};

const runCommand = async (shell: Shell, command: Command, io: Io): Promise<void> => {
  switch (command.kind) {
    case "function":
      shell.functions.set(command.name, command.body);
      shell.status = 0;
      return;
    case "group":
      return runList(shell, command.body, io);
    case "simple":
      return runSimple(shell, command, io);
  }
};

const runSimple = async (shell: Shell, command: Extract<Command, { kind: "simple" }>, io: Io): Promise<void> => {
  const substituted: Substituted = { status: undefined };
  const argv: string[] = [];
  for (const word of command.words) argv.push(...(await expand(shell, word, io, substituted)));
  // Those before a command would be its environment, which no simulated program reads.
  for (const { name, value } of command.assigns) {
    const text = (await expand(shell, value, io, substituted, true)).join(" ");
    if (argv.length === 0) shell.variables.set(name, text);
  }
  const redirected = await redirect(shell, command.redirects, io, substituted);
  if (redirected === undefined) return;
  const [name, ...args] = argv;
  if (name === undefined) {
    shell.status = substituted.status ?? 0;
    return;
  }
  if (name === "exec" && args.length === 0) {
    for (const [fd, sink] of redirected.files) shell.files.set(fd, sink);
    shell.status = 0;
    return;
  }
  const body = shell.functions.get(name);
  if (body !== undefined) return callFunction(shell, body, args, redirected);
  const built = builtins[name];
  const output = built === undefined ? shell.execute(argv, redirected.stdin) : built(shell, args);
  if (output.takesMs > 0) await shell.wait(output.takesMs);
  redirected.files.get(1)?.(output.stdout);
  redirected.files.get(2)?.(output.stderr);
  shell.status = output.exitCode;
};

const callFunction = async (shell: Shell, body: List, args: readonly string[], io: Io): Promise<void> => {
  const before = shell.positional;
  shell.positional = args;
  await runList(shell, body, io);
  shell.positional = before;
};

const redirect = async (
  shell: Shell,
  redirects: readonly Redirect[],
  io: Io,
  substituted: Substituted,
): Promise<Io | undefined> => {
  const files = new Map(io.files);
  let { stdin } = io;
  for (const one of redirects) {
    if (one.kind === "close") files.delete(one.fd);
    else if (one.kind === "duplicate") {
      const sink = files.get(one.from);
      if (sink !== undefined) files.set(one.fd, sink);
    } else {
      const path = (await expand(shell, one.path, io, substituted)).join(" ");
      if (path !== "/dev/null") {
        const what = one.write ? `cannot create ${path}: Permission denied` : `cannot open ${path}: No such file`;
        io.files.get(2)?.(`${shell.name}: 1: ${what}\n`);
        shell.status = 2;
        return undefined;
      }
      if (one.fd === 0) stdin = "";
      else files.set(one.fd, () => undefined);
    }
  }
  return { files, stdin };
};

/** Exit status of the last command substitution of a command: that of an assignment. */
interface Substituted {
  status: number | undefined;
}

/** Expansion and field splitting; `whole` keeps one field, as in an assignment. */
const expand = async (
  shell: Shell,
  word: Word,
  io: Io,
  substituted: Substituted,
  whole = false,
): Promise<readonly string[]> => {
  const fields: string[] = [];
  let field: string | undefined;
  const add = (text: string): void => {
    field = (field ?? "") + text;
  };
  const addSplit = (pieces: readonly string[]): void => {
    for (const [index, piece] of pieces.entries()) {
      if (index > 0 && field !== undefined) {
        fields.push(field);
        field = undefined;
      }
      add(piece);
    }
  };
  for (const part of word) {
    if (part.kind === "text") add(part.text);
    else if (part.kind === "parameter" && part.name === "@" && part.quoted) addSplit(shell.positional);
    else {
      const value =
        part.kind === "parameter" ? parameter(shell, part.name) : await capture(shell, part.source, io, substituted);
      if (part.quoted || whole) add(value);
      else addSplit(value.split(/\s+/).filter((piece) => piece !== ""));
    }
  }
  if (field !== undefined) fields.push(field);
  return fields;
};

const parameter = (shell: Shell, name: string): string => {
  if (name === "?") return String(shell.status);
  if (name === "#") return String(shell.positional.length);
  if (name === "0") return shell.name;
  if (name === "@" || name === "*") return shell.positional.join(" ");
  if (/^[1-9]$/.test(name)) return shell.positional[Number(name) - 1] ?? "";
  return shell.variables.get(name) ?? "";
};

const capture = async (shell: Shell, source: string, io: Io, substituted: Substituted): Promise<string> => {
  let text = "";
  const files = new Map(io.files).set(1, (more) => {
    text += more;
  });
  await runList(shell, parse(source), { files, stdin: io.stdin });
  substituted.status = shell.status;
  return text.replace(/\n+$/, "");
};
