import type { Process } from "../room.ts";
import { sortOptions } from "../shell/execute.ts";
import { fail, lines, out, type Call, type Output, type Program } from "../shell/program.ts";

/** Programs that list processes. */
export const processPrograms = (processesOf: (call: Call) => readonly Process[]): readonly Program[] => [
  { path: "/usr/bin/ps", run: (call) => ps(call, processesOf(call)) },
  { path: "/usr/bin/pgrep", run: (call) => pgrep(call.args, processesOf(call)) },
];

const FIELDS: Readonly<Record<string, readonly [heading: string, of: (process: Process, nowMs: number) => string]>> = {
  pid: ["PID", ({ pid }) => String(pid)],
  ppid: ["PPID", () => "1"],
  user: ["USER", ({ user }) => user],
  stat: ["STAT", () => "Ssl"],
  etimes: ["ELAPSED", ({ sinceMs }, nowMs) => String(Math.max(0, Math.floor((nowMs - sinceMs) / 1_000)))],
  comm: ["COMMAND", ({ name }) => name],
  args: ["COMMAND", ({ args }) => args],
  cmd: ["CMD", ({ args }) => args],
};

/** `ps [-ww] [-e | -C NAMES | -p PIDS] [-o FIELDS]`; exit code 1 when nothing matches. */
const ps = ({ args, world }: Call, all: readonly Process[]): Output => {
  const { options } = sortOptions(args, ["-C", "-o", "-p"]);
  const values = (name: string): readonly string[] =>
    options.flatMap((option, at) => (option === name ? (options[at + 1]?.split(",") ?? []) : []));
  const names = values("-C");
  const pids = values("-p");
  // Several selections add up; without one everything is shown here, where there is no terminal.
  const everything = names.length + pids.length === 0;
  const chosen = all.filter(({ name, pid }) => everything || names.includes(name) || pids.includes(String(pid)));
  const asked = values("-o");
  const columns = (asked.length === 0 ? ["pid", "comm"] : asked).map((text) => ({
    field: FIELDS[text.replace(/=.*$/, "").trim()],
    silent: text.includes("="),
  }));
  const rows = chosen.map((process) => columns.map(({ field }) => field?.[1](process, world.nowMs) ?? "-"));
  const head = columns.every(({ silent }) => silent) ? [] : [columns.map(({ field }) => field?.[0] ?? "?")];
  const printed = [...head, ...rows];
  const widths = columns.map((_, at) => Math.max(...printed.map((row) => row[at]?.length ?? 0), 0));
  const stdout = lines(
    printed.map((row) =>
      row
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join(" ")
        .trimEnd(),
    ),
  );
  return { stdout, stderr: "", exitCode: rows.length > 0 ? 0 : 1, takesMs: 4 };
};

/** `pgrep [-f] [-x] [-a | -c] PATTERN`. */
const pgrep = (args: readonly string[], all: readonly Process[]): Output => {
  const { options, rest } = sortOptions(args, ["-u", "-U"]);
  const flags = options.join("");
  const [pattern] = rest;
  if (pattern === undefined) return fail(2, "pgrep: no matching criteria specified");
  const expression = new RegExp(flags.includes("x") ? `^(?:${pattern})$` : pattern);
  const found = all.filter((process) => expression.test(flags.includes("f") ? process.args : process.name));
  const exitCode = found.length > 0 ? 0 : 1;
  if (flags.includes("c")) return { ...out(`${found.length}\n`), exitCode };
  return {
    ...out(lines(found.map(({ pid, args: line }) => (flags.includes("a") ? `${pid} ${line}` : String(pid))))),
    exitCode,
  };
};
