import { notParsed, parsed, unreadable, type Parsed } from "../../connect/command.ts";
import type { HostReply } from "../../connect/reply.ts";
import { shortText, wholeNumber } from "../text.ts";

/** The package manager at work; absent when it is not. */
export interface PackageRun {
  readonly program?: string | undefined;
  /** How long the oldest of its processes has run. */
  readonly forMs?: number | undefined;
}

/** Names of the processes that change packages, as `ps -C` takes them: the kernel keeps 15 characters. */
export const PACKAGE_PROGRAMS =
  "apt,apt-get,aptitude,dpkg,dnf,dnf5,dnf-automatic,microdnf,yum,yum-cron,rpm,unattended-upgr";

/**
 * `ps -o pid=,etimes=,comm=,args= -C NAMES -p 1`. The same programs also answer questions (midwatch's own among them), so
 * only those that change something count. Process 1 shows that other accounts' processes can be seen.
 */
export const parsePackageRun = (reply: HostReply): Parsed<PackageRun> => {
  let seesAll = false;
  let oldest: { readonly program: string; readonly elapsedS: number } | undefined;
  for (const line of reply.stdout.split("\n")) {
    if (line.trim() === "") continue;
    const [, pid, elapsed, program, args] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s*(.*)$/.exec(line) ?? [];
    const elapsedS = wholeNumber(elapsed);
    if (pid === undefined || program === undefined || elapsedS === undefined)
      return unreadable(`ps printed a line midwatch cannot read: ${shortText(line, 80)}`);
    if (pid === "1") seesAll = true;
    else if (changes(program, args ?? "") && elapsedS >= (oldest?.elapsedS ?? 0))
      oldest = { program: shortText(program, 20), elapsedS };
  }
  if (oldest !== undefined) return parsed({ program: oldest.program, forMs: oldest.elapsedS * 1_000 });
  return seesAll
    ? parsed({})
    : notParsed(
        "privilege",
        "this account does not see other accounts' processes",
        "let it: mount /proc with gid= of its group",
      );
};

const VERBS =
  /\s(install|upgrade|update|dist-upgrade|full-upgrade|safe-upgrade|remove|purge|autoremove|downgrade|reinstall|distro-sync|automatic)(\s|$)/;

const changes = (program: string, args: string): boolean => {
  switch (program) {
    // A daemon that waits for the shutdown has the same name in 15 characters.
    case "unattended-upgr":
      return !args.includes("unattended-upgrade-shutdown");
    // Whether they install what they fetch is in their configuration; told not to on the command line, they only fetch.
    case "dnf-automatic":
      return !/\s--no-(installupdates|downloadupdates)(\s|$)/.test(args);
    case "yum-cron":
      return true;
    case "dpkg":
      return /\s(-i|-r|-P|--(install|unpack|configure|remove|purge|triggers-only))(\s|$)/.test(args);
    case "rpm":
      return /\s(-[UFie]\S*|--(upgrade|freshen|install|erase))(\s|$)/.test(args);
    case "apt":
    case "apt-get":
    case "aptitude":
      return VERBS.test(args) && !/\s(-(?=\w*s)\w+|--(simulate|just-print|dry-run|recon|no-act))(\s|$)/.test(args);
    default:
      return VERBS.test(args);
  }
};
