import { sortOptions } from "../shell/execute.ts";
import { entryAt, type Files } from "../shell/files.ts";
import { fail, lines, type Call, type Output } from "../shell/program.ts";
import { glob } from "./find.ts";
import { read } from "./read.ts";

/** GNU grep with -E -F -H -R -c -e -h -i -o -q -r -s -v and --include. Exit code 0: found, 1: not, 2: something could not be read. */
export const grep = (files: Files, { args, user, stdin }: Call): Output => {
  const { options, rest } = sortOptions(args, ["-e", "-m"]);
  const given = options.flatMap((option, at) => (option === "-e" ? [options[at + 1] ?? ""] : []));
  const [first, ...others] = rest;
  const patterns = given.length > 0 ? given : first === undefined ? [] : [first];
  const named = given.length > 0 ? rest : others;
  if (patterns.length === 0) return fail(2, "Usage: grep [OPTION]... PATTERNS [FILE]...");
  const flags = options.filter((option, at) => /^-[a-zA-Z]/.test(option) && options[at - 1] !== "-e").join("");
  const include = options.find((word) => word.startsWith("--include="))?.slice("--include=".length);
  const paths = /r/i.test(flags) ? named.flatMap((path) => under(files, path, include)) : named;
  const pattern = patterns.map((each) => source(each, flags.includes("F"))).join("|");
  const expression = new RegExp(pattern, flags.includes("i") ? "i" : "");
  const withName = flags.includes("H") || (paths.length > 1 && !flags.includes("h"));
  const matched: string[] = [];
  let stderr = "";
  let unread = false;
  for (const path of paths.length === 0 ? ["-"] : paths) {
    const found = path === "-" ? { text: stdin } : read(files, path, user);
    if (!("text" in found)) {
      unread = true;
      if (!flags.includes("s")) stderr += `grep: ${path}: ${found.problem}\n`;
      continue;
    }
    const hits = found.text
      .replace(/\n$/, "")
      .split("\n")
      .filter((line) => expression.test(line) !== flags.includes("v"));
    const shown = flags.includes("o") ? hits.map((line) => expression.exec(line)?.[0] ?? "") : hits;
    const prefix = withName ? `${path}:` : "";
    if (flags.includes("c")) matched.push(`${prefix}${hits.length}`);
    else matched.push(...shown.map((line) => prefix + line));
  }
  const stdout = flags.includes("q") ? "" : lines(matched);
  return { stdout, stderr, exitCode: unread ? 2 : matched.length > 0 ? 0 : 1, takesMs: 0 };
};

/** Every file below a folder. */
const under = (files: Files, path: string, include: string | undefined): readonly string[] => {
  if (entryAt(files, path)?.kind !== "folder") return [path];
  const wanted = include === undefined ? undefined : glob(include);
  return [...files]
    .filter(([key, entry]) => key.startsWith(`${path}/`) && entry.kind === "file")
    .map(([key]) => key)
    .filter((key) => wanted === undefined || wanted.test(key.slice(key.lastIndexOf("/") + 1)));
};

/** POSIX regular expressions differ from JavaScript's in their character classes. */
const source = (pattern: string, fixed: boolean): string =>
  fixed
    ? pattern.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
    : pattern
        .replaceAll("[[:space:]]", String.raw`\s`)
        .replaceAll("[:space:]", String.raw`\s`)
        .replaceAll("[:digit:]", "0-9")
        .replaceAll("[:alpha:]", "A-Za-z")
        .replaceAll("[:alnum:]", "A-Za-z0-9");
