import { isNode, MASTER, NODES } from "../layout.ts";
import { fail, lines, out, type Call, type Output, type Program } from "../shell/program.ts";
import { NOT_MOUNTED } from "./state.ts";
import { beginSync } from "./tick.ts";

export const shadowPrograms: readonly Program[] = [
  { path: "/usr/bin/rsync", run: (call) => rsync(call) },
  { path: "/etc/cronwrap/sync-sites", run: (call) => syncSites(call) },
  { path: "/usr/bin/touch", run: (call) => setPause(call, true) },
  { path: "/usr/bin/unlink", run: (call) => setPause(call, false) },
];

/** The one file that is made and removed by hand here. */
const setPause = ({ args, world, host, user }: Call, paused: boolean): Output => {
  const { name } = host;
  const path = args.at(-1) ?? "";
  if (user !== "root" || !isNode(name) || path !== "/etc/cronwrap/sync-sites.paused")
    return fail(1, `cannot touch or unlink '${path}': Permission denied`);
  if (paused) world.shadow.paused.add(name);
  else if (!world.shadow.paused.delete(name))
    return fail(1, `unlink: cannot unlink '${path}': No such file or directory`);
  return out("");
};

/** The script: one run at a time, root's alone. */
const syncSites = ({ world, host, user }: Call): Output => {
  const { name } = host;
  if (!isNode(name)) return fail(127, "sync-sites: no such file");
  if (user !== "root") return fail(1, "/run/lock/sync-sites.lock: Permission denied");
  const begun = beginSync(world, name);
  if (begun === undefined) return fail(75, "skipped: another run is still going");
  const { exitCode, takesMs } = begun;
  const [from, to] = name === MASTER ? ["/var/www", "/wp-core"] : ["/wp-core", "/var/www"];
  const calls = name === MASTER ? NODES.filter((node) => node !== MASTER).map((node) => `calling ${node}`) : [];
  const stdout =
    exitCode === NOT_MOUNTED
      ? "/wp-core is not a GlusterFS mount\n"
      : lines([`copying ${from}/ to ${to}/`, ...calls, exitCode === 0 ? "ok" : "failed"]);
  return { stdout, stderr: "", exitCode, takesMs };
};

const FILES = 1_872;
const BYTES = 48_211_904;

/** `rsync -ain --delete [--stats] /var/www/ /wp-core/`, a dry run: what differs, one line each. */
const rsync = ({ args, host, world, user }: Call): Output => {
  const { name } = host;
  const flags = args.filter((word) => /^-[a-zA-Z]/.test(word)).join("");
  const dry = flags.includes("n") || args.includes("--dry-run");
  if (!isNode(name)) return fail(23, 'rsync: [sender] change_dir "/var/www" failed: No such file or directory (2)');
  if (!dry) return fail(user === "root" ? 1 : 23, "rsync: this host takes dry runs only");
  const sync = world.shadow.nodes[name];
  const items = args.some((word) => /^-[a-zA-Z]*i/.test(word) || word === "--itemize-changes");
  const withDeletes = args.some((word) => word.startsWith("--delete"));
  const changed = sync.drifted;
  const deleted = withDeletes ? sync.surplus : 0;
  const listed = items
    ? [
        ...Array.from({ length: deleted }, (_, at) => `*deleting   shop/old/banner-${at + 1}.png`),
        ...Array.from({ length: changed }, (_, at) => `>f.st...... shop/content/page-${at + 1}.html`),
      ]
    : [];
  const stats = args.includes("--stats") ? statistics(changed, deleted) : [];
  return out(lines([...listed, ...stats]), 240);
};

const grouped = (value: number): string => value.toLocaleString("en-US");

const statistics = (changed: number, deleted: number): readonly string[] => [
  "",
  `Number of files: ${grouped(FILES)} (reg: ${grouped(FILES - 141)}, dir: 141)`,
  "Number of created files: 0",
  `Number of deleted files: ${deleted}${deleted === 0 ? "" : ` (reg: ${deleted})`}`,
  `Number of regular files transferred: ${changed}`,
  `Total file size: ${grouped(BYTES)} bytes`,
  `Total transferred file size: ${grouped(changed * 2_048)} bytes`,
  "Literal data: 0 bytes",
  "Matched data: 0 bytes",
  "File list size: 0",
  "File list generation time: 0.001 seconds",
  "File list transfer time: 0.000 seconds",
  `Total bytes sent: ${grouped(41_202)}`,
  `Total bytes received: ${grouped(212)}`,
  "",
  `sent ${grouped(41_202)} bytes  received 212 bytes  27,609.33 bytes/sec`,
  `total size is ${grouped(BYTES)}  speedup is 1,164.15 (DRY RUN)`,
];
