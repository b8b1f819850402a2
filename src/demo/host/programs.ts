import { takeOptions } from "../shell/execute.ts";
import { fail, findProgram, lines, out, type Call, type Output, type Program } from "../shell/program.ts";
import { KERNEL, mountsOf } from "./files.ts";

/** What a small Debian 12 host answers about itself. */
export const hostPrograms: readonly Program[] = [
  { path: "/usr/bin/hostname", run: ({ host }) => out(`${host.name}\n`) },
  { path: "/usr/bin/uname", run: (call) => uname(call) },
  { path: "/usr/bin/whoami", run: ({ user }) => out(`${user}\n`) },
  { path: "/usr/bin/id", run: (call) => id(call) },
  { path: "/usr/bin/nproc", run: ({ host }) => out(`${host.cores}\n`) },
  { path: "/usr/bin/date", run: (call) => date(call) },
  { path: "/usr/bin/uptime", run: (call) => uptime(call) },
  { path: "/usr/bin/free", run: (call) => free(call) },
  { path: "/usr/bin/df", run: (call) => df(call) },
  { path: "/usr/bin/logger", run: (call) => logger(call) },
  { path: "/usr/bin/sleep", run: ({ args }) => out("", Number.parseFloat(args[0] ?? "0") * 1_000) },
];

/** The journal of a simulated host is this list: the newest last, bounded. */
const logger = ({ host, args, user }: Call): Output => {
  const at = args.indexOf("-t");
  const tag = at < 0 ? user : (args[at + 1] ?? user);
  const text = args.slice(args.includes("--") ? args.indexOf("--") + 1 : at + 2).join(" ");
  host.logged.push(`${tag}: ${text}`);
  if (host.logged.length > 1_000) host.logged.shift();
  return out("");
};

/** Needs the whole table: `which` and `command -v` look through it. */
export const whichProgram = (programs: () => readonly Program[]): Program => ({
  path: "/usr/bin/which",
  run: ({ args, user }) => {
    const found = args.flatMap((name) => {
      const program = findProgram(programs(), name, user);
      return program === undefined ? [] : [program.path];
    });
    return { ...out(lines(found)), exitCode: found.length === args.length ? 0 : 1 };
  },
});

const uname = ({ args, host }: Call): Output => {
  const all: Readonly<Record<string, string>> = {
    s: "Linux",
    n: host.name,
    r: KERNEL,
    v: "#1 SMP PREEMPT_DYNAMIC Debian 6.1.153-1",
    m: "x86_64",
    o: "GNU/Linux",
  };
  const flags = args.join("").replaceAll("-", "");
  const wanted = flags.includes("a") ? "snrvmo" : flags === "" ? "s" : flags;
  return out(
    `${wanted
      .split("")
      .flatMap((flag) => all[flag] ?? [])
      .join(" ")}\n`,
  );
};

const id = ({ args, user }: Call): Output => {
  const number = user === "root" ? 0 : user === "ops" ? 1_000 : 1_001;
  if (args.includes("-un")) return out(`${user}\n`);
  if (args.includes("-u")) return out(`${number}\n`);
  return out(`uid=${number}(${user}) gid=${number}(${user}) groups=${number}(${user})\n`);
};

const date = ({ args, host }: Call): Output => {
  // The hosts' clocks go with this machine's: read now, not at the world's last step.
  const nowMs = Date.now() + host.clockAheadMs;
  const format = args.find((word) => word.startsWith("+"));
  const at = new Date(nowMs);
  if (format === undefined)
    return out(`${at.toUTCString().replace(/^(\w+), (\d+) (\w+) (\d+) (\S+) GMT$/, "$1 $3 $2 $5 UTC $4")}\n`);
  const iso = at.toISOString();
  const text = format.slice(1).replaceAll(/%[sNFTY%]/g, (directive) => {
    switch (directive) {
      case "%s":
        return String(Math.floor(nowMs / 1_000));
      case "%N":
        return `${String(nowMs % 1_000).padStart(3, "0")}${String(process.hrtime()[1] % 1_000_000).padStart(6, "0")}`;
      case "%F":
        return iso.slice(0, 10);
      case "%T":
        return iso.slice(11, 19);
      case "%Y":
        return iso.slice(0, 4);
      default:
        return "%";
    }
  });
  return out(`${text}\n`);
};

const uptime = ({ host, world }: Call): Output => {
  const seconds = Math.floor((world.nowMs - host.bootedAtMs) / 1_000);
  const clock = new Date(world.nowMs).toISOString().slice(11, 19);
  const hours = String(Math.floor((seconds % 86_400) / 3_600)).padStart(2);
  const minutes = String(Math.floor((seconds % 3_600) / 60)).padStart(2, "0");
  const load = host.load.map((value) => value.toFixed(2)).join(", ");
  return out(
    ` ${clock} up ${Math.floor(seconds / 86_400)} days, ${hours}:${minutes},  1 user,  load average: ${load}\n`,
  );
};

const free = ({ host }: Call): Output => {
  const usedKb = Math.round(host.memoryUsedKb);
  const row = (name: string, values: readonly number[]): string =>
    name.padEnd(8) + values.map((value) => String(value).padStart(12)).join("");
  const cacheKb = Math.round((host.memoryKb - usedKb) * 0.71);
  return out(
    lines([
      row("", []) +
        ["total", "used", "free", "shared", "buff/cache", "available"].map((head) => head.padStart(12)).join(""),
      row("Mem:", [host.memoryKb, usedKb, host.memoryKb - usedKb - cacheKb, 1_204, cacheKb, host.memoryKb - usedKb]),
      row("Swap:", [host.swapKb, host.swapUsedKb, host.swapKb - host.swapUsedKb]),
    ]),
  );
};

/** One column of df: its heading, and whether it is aligned to the left. */
const COLUMNS: Readonly<Record<string, readonly [heading: string, left: boolean]>> = {
  source: ["Filesystem", true],
  fstype: ["Type", true],
  size: ["1B-blocks", false],
  used: ["Used", false],
  avail: ["Avail", false],
  pcent: ["Use%", false],
  itotal: ["Inodes", false],
  iused: ["IUsed", false],
  iavail: ["IFree", false],
  target: ["Mounted on", true],
};

const df = (call: Call): Output => {
  const { options, rest } = takeOptions(call.args, ["-t", "-x"]);
  const bytes = options.some((word) => word === "-B1" || word === "--block-size=1");
  const output = options.find((word) => word.startsWith("--output="))?.slice("--output=".length);
  const columns = output?.split(",") ?? ["source", "size", "used", "avail", "pcent", "target"];
  const all = mountsOf(call.world, call.host);
  const chosen: (typeof all)[number][] = [];
  let stderr = "";
  for (const path of rest) {
    const mount = all
      .filter(({ target }) => path === target || path.startsWith(target === "/" ? "/" : `${target}/`))
      .toSorted((a, b) => b.target.length - a.target.length)[0];
    if (mount === undefined) stderr += `df: ${path}: No such file or directory\n`;
    else chosen.push(mount);
  }
  const shown = rest.length > 0 ? chosen : all.filter((mount) => !(options.includes("-l") && mount.remote));
  const unit = bytes ? 1_024 : 1;
  const cells = shown.map((mount): Readonly<Record<string, string>> => {
    const usedKb = Math.round(mount.usedKb);
    const sizeKb = Math.round(mount.sizeKb);
    const availKb = Math.max(0, Math.round(sizeKb * 0.95) - usedKb);
    return {
      source: mount.source,
      fstype: mount.type,
      size: String(sizeKb * unit),
      used: String(usedKb * unit),
      avail: String(availKb * unit),
      pcent: `${Math.ceil((100 * usedKb) / Math.max(1, usedKb + availKb))}%`,
      itotal: String(mount.inodes),
      iused: String(mount.inodesUsed),
      iavail: String(mount.inodes - mount.inodesUsed),
      target: mount.target,
    };
  });
  const heads = columns.map((column) => (column === "size" && !bytes ? "1K-blocks" : (COLUMNS[column]?.[0] ?? "")));
  const widths = columns.map((column, at) =>
    Math.max(heads[at]?.length ?? 0, ...cells.map((row) => row[column]?.length ?? 0)),
  );
  const line = (values: readonly string[]): string =>
    values
      .map((value, at) =>
        COLUMNS[columns[at] ?? ""]?.[1] === true ? value.padEnd(widths[at] ?? 0) : value.padStart(widths[at] ?? 0),
      )
      .join(" ")
      .trimEnd();
  if (shown.length === 0) return fail(1, `${stderr}df: no file systems processed`);
  const stdout = lines([line(heads), ...cells.map((row) => line(columns.map((column) => row[column] ?? "-")))]);
  return { stdout, stderr, exitCode: stderr === "" ? 0 : 1, takesMs: 2 };
};
