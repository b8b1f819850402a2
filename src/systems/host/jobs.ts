import { notParsed, parsed, type HostCommand } from "../../connect/command.ts";
import { varying } from "../../connect/vary.ts";
import { allow, type Allowed } from "../allowed.ts";
import { firstLine } from "../text.ts";
import { parseJobLines, parseJobStart, parseJobState, type JobState } from "./parse-job.ts";

/**
 * Work that takes long, as a unit of the host's own systemd: it goes on when the SSH line is lost or midwatch ends, and
 * tells afterwards how it ended. A unit's name exists once, so it cannot be started twice.
 */
export interface Job {
  /** As {@link jobUnit} makes it; the same whenever the same procedure is made again. */
  readonly unit: string;
  /** For `systemctl status` and the host's log. */
  readonly about: string;
  /** Starts with an absolute path. */
  readonly argv: readonly string[];
  /** No secrets: everybody on the host can read them. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** A unit's name from what makes it unique: the procedure, its run, the step, the host. */
export const jobUnit = (...parts: readonly string[]): string =>
  `midwatch-${parts.map((part) => part.replaceAll(/[^\w.]+/g, "-")).join("-")}.service`.slice(-200);

const WHY = "procedures let long work go on by itself";

/** Returns when it has begun. `RemainAfterExit` keeps its end in sight; `KillMode=process` spares daemons it leaves behind. */
export const startJob: HostCommand<"started" | "there already", Job, "change"> = {
  id: "host.start_job",
  kind: "host",
  effect: "change",
  lane: "own",
  asks: "Starts long work as a unit of the host's systemd",
  privilege: { need: "root", why: WHY },
  deadlineMs: 15_000,
  argv: ({ unit, about, argv, environment = {} }) => [
    "/usr/bin/systemd-run",
    "--quiet",
    `--unit=${unit}`,
    // One word: an account that may run this with any description must not be able to go on from there.
    `--description=${about.replaceAll(/\s+/g, "_")}`,
    "--property=RemainAfterExit=yes",
    "--property=KillMode=process",
    ...Object.entries(environment).map(([name, value]) => `--setenv=${name}=${value}`),
    "--",
    ...argv,
  ],
  parse: parseJobStart,
};

export const jobState: HostCommand<JobState, Pick<Job, "unit">, "read"> = {
  id: "host.job_state",
  kind: "host",
  effect: "read",
  lane: "own",
  asks: "Whether long work still runs, and how it ended",
  privilege: { need: "login" },
  deadlineMs: 5_000,
  argv: ({ unit }) => [
    "/usr/bin/systemctl",
    "show",
    "--no-pager",
    "-p",
    "LoadState,ActiveState,SubState,Result,ExecMainStatus",
    unit,
  ],
  parse: parseJobState,
};

/** Without root an account sees nobody's lines but its own, so it is asked as root or not at all. */
export const jobLines: HostCommand<readonly string[], Pick<Job, "unit">, "read"> = {
  id: "host.job_lines",
  kind: "host",
  effect: "read",
  lane: "own",
  asks: "The last lines that long work printed",
  privilege: { need: "root", why: WHY },
  deadlineMs: 5_000,
  argv: ({ unit }) => ["/usr/bin/journalctl", "-q", "--no-pager", "-u", unit, "-n", "20", "-o", "cat"],
  parse: parseJobLines,
};

/** Forgets a failed job, so that it can be started again under its name; does nothing to any other. */
export const clearFailedJob: HostCommand<void, Pick<Job, "unit">, "change"> = {
  id: "host.clear_failed_job",
  kind: "host",
  effect: "change",
  lane: "own",
  asks: "Forgets long work that failed, so that it can be started again",
  privilege: { need: "root", why: WHY },
  deadlineMs: 10_000,
  argv: ({ unit }) => ["/usr/bin/systemctl", "reset-failed", unit],
  parse: (reply) => done(reply, /not loaded|not found/i),
};

/** Ends a job that still runs, and forgets one that ended well. Never for a package manager at work. */
export const endJob: HostCommand<void, Pick<Job, "unit">, "change"> = {
  id: "host.end_job",
  kind: "host",
  effect: "change",
  lane: "own",
  asks: "Ends long work, or forgets what it came to",
  privilege: { need: "root", why: WHY },
  deadlineMs: 30_000,
  argv: ({ unit }) => ["/usr/bin/systemctl", "stop", unit],
  parse: (reply) => done(reply, /not loaded|not found/i),
};

const UNIT = varying("midwatch-[A-Za-z0-9_.-]+[.]service", "midwatch-upgrade-1f3a-web2.service");
const ABOUT = varying("[A-Za-z0-9_.,:()-]+", "upgrade_of_web2");

/** Long work of one kind, for a room's `allows`: what varies in it is `varying`. */
export const allowJob = (host: string, job: Pick<Job, "argv" | "environment">): readonly Allowed[] =>
  allow(startJob, host, { unit: UNIT, about: ABOUT, ...job });

/** Watching, clearing and ending whatever was started, by the names such units have. */
export const allowJobs = (host: string): readonly Allowed[] => [
  ...allow(jobState, host, { unit: UNIT }),
  ...allow(jobLines, host, { unit: UNIT }),
  ...allow(clearFailedJob, host, { unit: UNIT }),
  ...allow(endJob, host, { unit: UNIT }),
];

/** What is not there any more is what was wanted. */
const done = ({ exitCode, stderr }: { readonly exitCode: number; readonly stderr: string }, fine: RegExp) =>
  exitCode === 0 || fine.test(stderr)
    ? parsed(undefined)
    : notParsed("failed", firstLine(stderr, `systemctl ended with ${exitCode}`));
