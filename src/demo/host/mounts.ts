import { takeOptions } from "../shell/execute.ts";
import { fail, lines, out, type Call, type Output, type Program } from "../shell/program.ts";
import { mountsOf, type Mount } from "./files.ts";

/** Programs that tell of mounted file systems. */
export const mountPrograms: readonly Program[] = [
  { path: "/usr/bin/findmnt", run: (call) => findmnt(call) },
  { path: "/usr/bin/mountpoint", run: (call) => mountpoint(call) },
  { path: "/usr/bin/stat", run: (call) => stat(call) },
];

/** The mount a path lies on. */
const mountOf = (call: Call, path: string): Mount | undefined =>
  mountsOf(call.world, call.host)
    .filter(({ target }) => path === target || path.startsWith(target === "/" ? "/" : `${target}/`))
    .toSorted((a, b) => b.target.length - a.target.length)[0];

const FIELDS: Readonly<Record<string, (mount: Mount) => string>> = {
  TARGET: ({ target }) => target,
  SOURCE: ({ source }) => source,
  FSTYPE: ({ type }) => type,
  OPTIONS: ({ options }) => options,
};

/** `findmnt [-n] [-M PATH | -T PATH] [-o COLUMNS]`; `-M` wants the mount point itself. */
const findmnt = (call: Call): Output => {
  const { options, rest } = takeOptions(call.args, ["-M", "-T", "-o", "-t", "--mountpoint", "--output"]);
  const value = (...names: readonly string[]): string | undefined => {
    const at = options.findIndex((option) => names.includes(option));
    return at < 0 ? undefined : options[at + 1];
  };
  const trailing = takeOptions(rest.slice(1), ["-o", "--output"]).options;
  const columns = (value("-o", "--output") ?? trailing[1] ?? "TARGET,SOURCE,FSTYPE,OPTIONS").split(",");
  const exact = value("-M", "--mountpoint") ?? rest[0];
  const inside = value("-T", "--target");
  const type = value("-t");
  const all = mountsOf(call.world, call.host).filter(
    (mount) => type === undefined || type.split(",").includes(mount.type),
  );
  const found = mountOf(call, inside ?? "/");
  const chosen =
    exact === undefined
      ? inside === undefined || found === undefined
        ? all
        : [found]
      : all.filter(({ target }) => target === exact);
  if (chosen.length === 0) return fail(1, "");
  const head = options.some((option) => /^-[a-z]*n/.test(option) || option === "--noheadings")
    ? []
    : [columns.join(" ")];
  const rows = chosen.map((mount) => columns.map((column) => FIELDS[column.toUpperCase()]?.(mount) ?? "").join(" "));
  return out(lines([...head, ...rows]));
};

const mountpoint = (call: Call): Output => {
  const { options, rest } = takeOptions(call.args, []);
  const path = rest[0] ?? "";
  const is = mountOf(call, path)?.target === path;
  const text = options.includes("-q") ? "" : `${path} is ${is ? "" : "not "}a mountpoint\n`;
  return { stdout: text, stderr: "", exitCode: is ? 0 : 32, takesMs: 0 };
};

const BLOCK = 4_096;

/** `stat -f -c FORMAT PATH`, of the file system a path lies on. */
const stat = (call: Call): Output => {
  const { options, rest } = takeOptions(call.args, ["-c", "--format"]);
  const path = rest[0] ?? "";
  const at = options.findIndex((option) => option === "-c" || option === "--format");
  const format = at < 0 ? "%n" : (options[at + 1] ?? "%n");
  const mount = mountOf(call, path);
  if (!options.includes("-f") || mount === undefined) {
    return fail(1, `stat: cannot statx '${path}': No such file or directory`);
  }
  const blocks = Math.round((mount.sizeKb * 1_024) / BLOCK);
  const free = blocks - Math.round((mount.usedKb * 1_024) / BLOCK);
  const values: Readonly<Record<string, string | number>> = {
    "%n": path,
    "%S": BLOCK,
    "%s": BLOCK,
    "%b": blocks,
    "%f": free,
    "%a": Math.max(0, free - Math.round(blocks * 0.05)),
    "%c": mount.inodes,
    "%d": mount.inodes - mount.inodesUsed,
    "%T": mount.remote ? "fuseblk" : "ext2/ext3",
  };
  return out(`${format.replaceAll(/%[a-zA-Z]/g, (directive) => String(values[directive] ?? "?"))}\n`, 3);
};
