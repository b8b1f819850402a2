import { ACCOUNTS } from "../layout.ts";
import { fail, findProgram, type Call, type Output, type Program } from "./program.ts";

/** Runs one argv on a host. `notFound` is what the caller prints when there is no such program: each words it its own way. */
export type Execute = (argv: readonly string[], call: Omit<Call, "args">, notFound: NotFound) => Output;

type NotFound = (name: string) => string;

const WRAPPERS: Readonly<Record<string, (args: readonly string[], run: Run, call: Omit<Call, "args">) => Output>> = {
  env: (args, run, call) => {
    const rest = args.slice(args.findIndex((word) => word !== "-i" && !/^\w+=/.test(word)));
    return run(rest, call, (name) => `env: '${name}': No such file or directory`);
  },
  timeout: (args, run, call) => {
    const { options, rest } = takeOptions(args, ["-k", "-s", "--kill-after", "--signal"]);
    const [limit, ...argv] = rest;
    if (limit === undefined || !/^\d+(\.\d+)?[smhd]?$/.test(limit)) {
      return fail(125, `timeout: invalid time interval '${limit ?? ""}'\nTry 'timeout --help' for more information.`);
    }
    const limitMs = Number.parseFloat(limit) * 1_000;
    const done = run(argv, call, (name) => `timeout: failed to run command '${name}': No such file or directory`);
    if (limitMs === 0 || done.takesMs <= limitMs) return done;
    const killed = options.includes("KILL") || options.includes("9");
    return { stdout: "", stderr: "", exitCode: killed ? 137 : 124, takesMs: limitMs };
  },
  nice: (args, run, call) => {
    const { rest } = takeOptions(args, ["-n"]);
    return run(rest, call, (name) => `nice: '${name}': No such file or directory`);
  },
  ionice: (args, run, call) => {
    const { rest } = takeOptions(args, ["-c", "-n"]);
    return run(rest, call, (name) => `ionice: failed to execute ${name}: No such file or directory`);
  },
  sudo: (args, run, call) => {
    const { rest } = takeOptions(args, ["-u"]);
    const argv = rest.slice(rest.findIndex((word) => !/^\w+=/.test(word)));
    if (call.user === ACCOUNTS.viewer) return fail(1, "sudo: a password is required");
    return run(argv, { ...call, user: "root" }, (name) => `sudo: ${name}: command not found`);
  },
};

type Run = Execute;

export const createExecute = (programs: readonly Program[]): Execute => {
  const run: Execute = (argv, call, notFound) => {
    const [name, ...args] = argv;
    if (name === undefined) return fail(0, "");
    const wrapper = WRAPPERS[name.replace(/^\/usr\/bin\//, "")];
    if (wrapper !== undefined) return wrapper(args, run, call);
    const program = findProgram(programs, name, call.user);
    if (program === undefined) return fail(name === "sudo" ? 1 : 127, notFound(name));
    return program.run({ ...call, args });
  };
  return run;
};

/** Leading options, those in `valued` with the word that follows them, up to `--` or the first plain word. */
export const takeOptions = (
  args: readonly string[],
  valued: readonly string[],
): { readonly options: readonly string[]; readonly rest: readonly string[] } => {
  const options: string[] = [];
  let at = 0;
  for (; at < args.length; at += 1) {
    const word = args[at] ?? "";
    if (word === "--") return { options, rest: args.slice(at + 1) };
    if (!word.startsWith("-") || word === "-") break;
    options.push(word);
    if (!valued.includes(word)) continue;
    at += 1;
    options.push(args[at] ?? "");
  }
  return { options, rest: args.slice(at) };
};

/** Options and plain words in any order, as GNU programs take them; everything after `--` is plain. */
export const sortOptions = (
  args: readonly string[],
  valued: readonly string[],
): { readonly options: readonly string[]; readonly rest: readonly string[] } => {
  const options: string[] = [];
  const words: string[] = [];
  for (let left = args; left.length > 0;) {
    const taken = takeOptions(left, valued);
    options.push(...taken.options);
    if (left[taken.options.length] === "--") return { options, rest: [...words, ...taken.rest] };
    words.push(...taken.rest.slice(0, 1));
    left = taken.rest.slice(1);
  }
  return { options, rest: words };
};
