import type { Outcome } from "../access.ts";
import { clean, cleanLine } from "../clean.ts";
import { KEEP_BYTES, textOf, type Capture } from "./capture.ts";
import { problem, type Problem } from "./problem.ts";

/** How a command on a host ended. Times are ms since the epoch. */
export interface Ended {
  readonly host: string;
  readonly user: string;
  /** As the catalogue has it, without sudo. */
  readonly argv: readonly string[];
  readonly sudo: boolean;
  readonly sentAtMs: number;
  readonly receivedAtMs: number;
  /** The deadline `timeout` was given. */
  readonly seconds: number;
  readonly exit: { readonly code: number } | { readonly signal: string };
  readonly stdout: Capture;
  readonly stderr: Capture;
}

/** Judges what concerns the way a command was run; everything else is a reply, for its parser to judge. */
export const outcomeOf = (ended: Ended): Outcome => {
  const { sentAtMs, receivedAtMs } = ended;
  const stderr = textWithNote(ended.stderr);
  const found = wayProblem(ended, stderr);
  if (found !== undefined) return { ok: false, ...found, sentAtMs, atMs: receivedAtMs };
  const exitCode = "code" in ended.exit ? ended.exit.code : 0;
  return {
    ok: true,
    reply: { kind: "host", stdout: clean(textOf(ended.stdout)), stderr, exitCode, sentAtMs, receivedAtMs },
  };
};

const textWithNote = (capture: Capture): string => {
  const text = clean(textOf(capture));
  return capture.droppedBytes === 0 ? text : `${text}\n[${capture.droppedBytes} more bytes were dropped]`;
};

const wayProblem = (ended: Ended, stderr: string): Problem | undefined => {
  const { host, argv, exit, stdout, seconds } = ended;
  const name = programName(argv);
  if (stdout.droppedBytes > 0) {
    const sizeMiB = ((stdout.keptBytes + stdout.droppedBytes) / KEEP_BYTES).toFixed(1);
    // Half an answer could hide the half that matters.
    return problem("unreadable", `${host}: ${name} printed ${sizeMiB} MiB; more than 1 MiB is not read`);
  }
  if ("signal" in exit) return problem("failed", `${host}: ${name} was ended by ${cleanLine(exit.signal)}`);
  if (exit.code === 124) return tooLong(host, name, seconds);
  if (exit.code === 137) {
    const ranMs = ended.receivedAtMs - ended.sentAtMs;
    // Killed before its time was up: not by its deadline, perhaps for want of memory.
    if (ranMs < seconds * 1000)
      return problem("failed", `${host}: ${name} was killed`, "see the kernel's log there (dmesg)");
    return tooLong(host, name, seconds);
  }
  if (exit.code === 1 && OLD_TIMEOUT.test(stderr))
    return problem("missing", `${host}: its timeout(1) knows no -k, which every command needs`, "install coreutils");
  if (ended.sudo && exit.code === 1) {
    const refused = sudoProblem(ended, stderr);
    if (refused !== undefined) return refused;
  }
  if (exit.code === 126 || exit.code === 127) return notRunnable(ended, stderr);
  return undefined;
};

/** BusyBox before 1.34, built with glibc or musl. */
const OLD_TIMEOUT = /^timeout: (?:invalid|unrecognized) option(?: -- '?|: )k/m;

const tooLong = (host: string, name: string, seconds: number): Problem =>
  problem("timeout", `${host}: ${name} was stopped after ${seconds} s`);

const programName = (argv: readonly string[]): string => cleanLine((argv[0] ?? "").split("/").at(-1) ?? "");

/** sudo's own words (sudo 1.8 and 1.9, LC_ALL=C); its warnings, such as a host name it cannot resolve, are none of these. */
const SUDO_REFUSES =
  /^(?:sudo: (?:a password is required|a terminal is required|no tty present|sorry, you must have a tty|you must have a tty|account validation failure|PAM |The "no new privileges" flag|you are not permitted)|Sorry, user .* (?:is not allowed|may not run)|.* is not in the sudoers file|.* (?:is not allowed|may not) (?:to )?run sudo)/m;

const sudoProblem = ({ host, user, argv }: Ended, stderr: string): Problem | undefined => {
  if (SUDO_REFUSES.test(stderr)) {
    const rule = `${user} ALL=(root) NOPASSWD: ${argv.map(sudoersWord).join(" ")}`;
    return problem(
      "privilege",
      `${host}: ${user} may not run ${programName(argv)} as root`,
      `allow it in sudoers: ${rule}`,
    );
  }
  if (/^sudo: .*: command not found$/m.test(stderr))
    return problem("missing", `${host}: there is no ${cleanLine(argv[0] ?? "")}`);
  return undefined;
};

/** sudoers(5), "Other special characters and reserved words". */
export const sudoersWord = (word: string): string => cleanLine(word).replaceAll(/[,:=\\*?[\]! ]/g, "\\$&");

const notRunnable = ({ host, argv, sudo, exit }: Ended, stderr: string): Problem => {
  const name = programName(argv);
  // timeout itself speaks of the command it failed to run; a shell or env speaks of timeout.
  if (/\btimeout['’]?: (?:command )?(?:not found|No such file)/.test(stderr)) {
    return problem("missing", `${host}: there is no timeout(1), which every command needs`, "install coreutils");
  }
  if (sudo && /['‘]sudo['’]: No such file/.test(stderr)) {
    return problem("missing", `${host}: ${name} needs root, and there is no sudo`, "install sudo, or log in as root");
  }
  if ("code" in exit && exit.code === 126)
    return problem("missing", `${host}: ${name} cannot be run: ${lastLine(stderr)}`);
  // A script of ours names what it lacks itself.
  const lacking =
    /failed to run command/.test(stderr) || stderr.trim() === "" ? `${name} is not installed` : lastLine(stderr);
  return problem("missing", `${host}: ${lacking}`);
};

const lastLine = (text: string): string => cleanLine(text.trim().split("\n").at(-1) ?? "").slice(0, 200);
