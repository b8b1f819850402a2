import { fail, out, type Output } from "./program.ts";
import type { Shell } from "./run.ts";

type Builtin = (shell: Shell, args: readonly string[]) => Output;

/** What a shell does itself. */
export const builtins: Readonly<Record<string, Builtin | undefined>> = {
  ":": () => out(""),
  true: () => out(""),
  false: () => fail(1, ""),
  cd: () => out(""),
  umask: () => out(""),
  export: (shell, args) => {
    for (const arg of args) {
      const at = arg.indexOf("=");
      if (at > 0) shell.variables.set(arg.slice(0, at), arg.slice(at + 1));
    }
    return out("");
  },
  unset: (shell, args) => {
    for (const name of args) shell.variables.delete(name);
    return out("");
  },
  shift: (shell, args) => {
    shell.positional = shell.positional.slice(Number(args[0] ?? "1"));
    return out("");
  },
  exit: (shell, args) => {
    shell.exited = true;
    return fail(Number(args[0] ?? shell.status), "");
  },
  // Replaces the shell by the command: nothing after it runs.
  exec: (shell, args) => {
    shell.exited = true;
    return shell.execute(args, "");
  },
  echo: (_shell, args) => {
    const [first, ...rest] = args;
    return first === "-n" ? out(rest.join(" ")) : out(`${args.join(" ")}\n`);
  },
  printf: (_shell, args) => {
    const [format, ...values] = args;
    return format === undefined ? fail(2, "printf: usage: printf format [arg ...]") : out(printf(format, values));
  },
  command: (shell, args) => {
    const [option, name = ""] = args;
    if (option !== "-v") return shell.execute(args, "");
    return shell.execute(["which", name], "");
  },
};

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", "\\": "\\", a: "\u0007", "0": "\0" };

/** POSIX printf: the format is used again while arguments are left. */
const printf = (format: string, values: readonly string[]): string => {
  let left = values;
  let text = "";
  do {
    const before = left.length;
    text += format.replaceAll(/\\(.)|%%|%[-0-9.]*[sdiux]/g, (match, escape: string | undefined) => {
      if (escape !== undefined) return ESCAPES[escape] ?? match;
      if (match === "%%") return "%";
      const [value = "", ...rest] = left;
      left = rest;
      return match.endsWith("s") ? value : String(Math.trunc(Number(value)));
    });
    if (left.length === before) break;
  } while (left.length > 0);
  return text;
};
