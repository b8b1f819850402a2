import { notParsed, parsed, type HostCommand } from "../../connect/command.ts";
import type { HostReply } from "../../connect/reply.ts";
import { firstLine, shortText } from "../text.ts";

const ROOT = { need: "root", why: "Apache's and PHP's configuration are root's" } as const;

const change = <P>(
  id: string,
  asks: string,
  argv: (params: P) => readonly [string, ...string[]],
): HostCommand<void, P, "change"> => ({
  id,
  kind: "host",
  effect: "change",
  lane: "own",
  asks,
  privilege: ROOT,
  deadlineMs: 30_000,
  argv,
  parse: taken,
});

/** a2enmod and its siblings say `ERROR: …` on stderr, beside warnings of other modules. */
const taken = ({ exitCode, stderr }: HostReply) => {
  if (exitCode === 0) return parsed(undefined);
  const errors = stderr.split("\n").filter((line) => line.startsWith("ERROR: "));
  const said = errors.map((line) => line.slice("ERROR: ".length)).join(" ");
  return notParsed("failed", said === "" ? firstLine(stderr, `it ended with ${exitCode}`) : shortText(said, 300));
};

export interface Named {
  readonly name: string;
}

/** Also takes away a link that leads nowhere. `-f`: without a question where another module depends on it. */
export const disableModule = change<Named>(
  "web.disable_module",
  "Takes a module out of Apache's configuration",
  (p) => ["/usr/sbin/a2dismod", "-q", "-f", p.name],
);

export const enableModule = change<Named>("web.enable_module", "Puts a module into Apache's configuration", (p) => [
  "/usr/sbin/a2enmod",
  "-q",
  p.name,
]);

export const disableConf = change<Named>("web.disable_conf", "Takes a part out of Apache's configuration", (p) => [
  "/usr/sbin/a2disconf",
  "-q",
  p.name,
]);

export const enableConf = change<Named>("web.enable_conf", "Puts a part into Apache's configuration", (p) => [
  "/usr/sbin/a2enconf",
  "-q",
  p.name,
]);

export interface FilePair {
  readonly from: string;
  readonly to: string;
}

/** Owner, mode and links as they are. */
export const copyFolder = change<FilePair>("web.copy_folder", "Keeps a copy of a folder of configuration", (p) => [
  "/usr/bin/cp",
  "-a",
  "-T",
  "--",
  p.from,
  p.to,
]);

/** What was there is kept under its name with `suffix`, which no `*.ini` matches. */
export const copySettings = change<FilePair & { readonly suffix: string }>(
  "web.copy_settings",
  "Copies a file of PHP's settings; what was there is kept",
  (p) => ["/usr/bin/cp", "-a", "-T", "--backup=simple", `--suffix=${p.suffix}`, "--", p.from, p.to],
);

export const moveBack: HostCommand<void, FilePair, "change"> = {
  ...change<FilePair>("web.move_back", "Puts a kept file of PHP's settings back", (p) => [
    "/usr/bin/mv",
    "-f",
    "-T",
    "--",
    p.from,
    p.to,
  ]),
  // What is not kept any more was put back before, or never taken away. A folder that is gone is told otherwise.
  parse: (reply) =>
    /^(?:\S*\/)?mv: cannot stat .*: No such file or directory$/m.test(reply.stderr) ? parsed(undefined) : taken(reply),
};

export const removeSettings = change<{ readonly path: string }>(
  "web.remove_settings",
  "Removes a file of PHP's settings that was copied there",
  (p) => ["/usr/bin/rm", "-f", "--", p.path],
);
