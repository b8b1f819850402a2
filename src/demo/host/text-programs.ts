import { sortOptions } from "../shell/execute.ts";
import { entryAt, mayRead, namesIn, normal, type Entry, type Files } from "../shell/files.ts";
import { lines, out, type Call, type Output, type Program } from "../shell/program.ts";
import { find } from "./find.ts";
import { grep } from "./grep.ts";
import { read } from "./read.ts";

/** Programs that look at files. `filesOf` gives a host's files as they are now. */
export const textPrograms = (filesOf: (call: Call) => Files): readonly Program[] => [
  { path: "/usr/bin/cat", run: (call) => cat(filesOf(call), call) },
  { path: "/usr/bin/head", run: (call) => head(filesOf(call), call) },
  { path: "/usr/bin/grep", run: (call) => grep(filesOf(call), call) },
  { path: "/usr/bin/ls", run: (call) => ls(filesOf(call), call) },
  { path: "/usr/bin/find", run: (call) => find(filesOf(call), call.args) },
  { path: "/usr/bin/readlink", run: (call) => readlink(filesOf(call), call) },
  { path: "/usr/bin/test", run: (call) => test(filesOf(call), call.args) },
  { path: "/usr/bin/[", run: (call) => test(filesOf(call), call.args.slice(0, -1)) },
];

const cat = (files: Files, { args, user, stdin }: Call): Output => {
  const { rest } = sortOptions(args, []);
  if (rest.length === 0) return out(stdin);
  let stdout = "";
  let stderr = "";
  for (const path of rest) {
    const found = read(files, path, user);
    if ("text" in found) stdout += found.text;
    else stderr += `cat: ${path}: ${found.problem}\n`;
  }
  return { stdout, stderr, exitCode: stderr === "" ? 0 : 1, takesMs: 0 };
};

const head = (files: Files, { args, user, stdin }: Call): Output => {
  const { options, rest } = sortOptions(args, ["-n", "-c"]);
  const bytes = options[options.indexOf("-c") + 1];
  const count = options.includes("-n") ? Number(options[options.indexOf("-n") + 1]) : 10;
  let stdout = "";
  let stderr = "";
  for (const path of rest.length === 0 ? ["-"] : rest) {
    const found = path === "-" ? { text: stdin } : read(files, path, user);
    if (!("text" in found)) stderr += `head: cannot open '${path}' for reading: ${found.problem}\n`;
    else if (options.includes("-c")) stdout += found.text.slice(0, Number(bytes));
    else
      stdout += found.text
        .split("\n")
        .slice(0, count)
        .join("\n")
        .replace(/([^\n])$/, "$1\n");
  }
  return { stdout, stderr, exitCode: stderr === "" ? 0 : 1, takesMs: 0 };
};

const ls = (files: Files, { args, user }: Call): Output => {
  const { options, rest } = sortOptions(args, []);
  const long = options.join("").includes("l");
  const printed: string[] = [];
  let stderr = "";
  for (const path of rest.length === 0 ? ["/root"] : rest) {
    const entry = files.get(normal(path));
    const target = entryAt(files, path);
    if (entry === undefined) stderr += `ls: cannot access '${path}': No such file or directory\n`;
    else if (target?.kind !== "folder" || options.includes("-d")) printed.push(long ? longLine(path, entry) : path);
    else if (!mayRead(target, user)) stderr += `ls: cannot open directory '${path}': Permission denied\n`;
    else {
      for (const name of namesIn(files, normal(path))) {
        const child = files.get(normal(`${path}/${name}`));
        printed.push(long && child !== undefined ? longLine(name, child) : name);
      }
    }
  }
  return { stdout: lines(printed), stderr, exitCode: stderr === "" ? 0 : 2, takesMs: 0 };
};

const longLine = (name: string, entry: Entry): string => {
  const when = new Date(entry.changedMs).toISOString().slice(0, 16).replace("T", " ");
  const kind = { file: "-", folder: "d", link: "l" }[entry.kind];
  const bits = entry.kind === "link" ? 0o777 : entry.mode;
  const letters = [6, 3, 0].map((shift) => permission((bits >> shift) & 7)).join("");
  const size = entry.kind === "file" ? Buffer.byteLength(entry.text()) : 4_096;
  const arrow = entry.kind === "link" ? ` -> ${entry.to}` : "";
  return `${kind}${letters} 1 root root ${size} ${when} ${name}${arrow}`;
};

const permission = (bits: number): string =>
  `${(bits & 4) === 0 ? "-" : "r"}${(bits & 2) === 0 ? "-" : "w"}${(bits & 1) === 0 ? "-" : "x"}`;

const readlink = (files: Files, { args }: Call): Output => {
  const { rest } = sortOptions(args, []);
  const printed = rest.flatMap((path) => {
    const entry = files.get(normal(path));
    return entry?.kind === "link" ? [entry.to] : [];
  });
  return { ...out(lines(printed)), exitCode: printed.length === rest.length ? 0 : 1 };
};

const test = (files: Files, args: readonly string[]): Output => {
  const [operator, path = ""] = args;
  const entry = entryAt(files, path);
  const own = files.get(normal(path));
  const holds: Readonly<Record<string, boolean>> = {
    "-e": entry !== undefined,
    "-f": entry?.kind === "file",
    "-d": entry?.kind === "folder",
    "-L": own?.kind === "link",
    "-h": own?.kind === "link",
    "-r": entry !== undefined,
    "-s": entry?.kind === "file" && entry.text() !== "",
    "-n": path !== "",
    "-z": path === "",
  };
  return { ...out(""), exitCode: holds[operator ?? ""] === true ? 0 : 1 };
};
