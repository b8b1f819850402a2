import { createExecute, takeOptions } from "../shell/execute.ts";
import { fail, lines, out, type Call, type Output, type Program } from "../shell/program.ts";
import type { HostState } from "./state.ts";

/** What a transient unit runs. Its effect is there at once; its lines and its end come as time goes by. */
export interface JobState {
  readonly lines: readonly string[];
  readonly takesMs: number;
  readonly exitCode: number;
  ranMs: number;
}

/** systemd-run, and the log it writes to. */
export const jobPrograms = (programs: () => readonly Program[]): readonly Program[] => [
  { path: "/usr/bin/systemd-run", run: (call) => systemdRun(call, programs()) },
  { path: "/usr/bin/journalctl", run: (call) => journalctl(call) },
];

const bare = (unit: string): string => unit.replace(/\.service$/, "");

/** `systemd-run --unit=NAME [--description=…] [--property=…] [--setenv=…] -- ARGV`. */
const systemdRun = (call: Call, programs: readonly Program[]): Output => {
  const { options, rest } = takeOptions(call.args, ["-p", "-E", "-u"]);
  const said = (name: string): string | undefined =>
    options.find((option) => option.startsWith(`--${name}=`))?.slice(name.length + 3);
  const { host, user, world } = call;
  const name = bare(said("unit") ?? `run-u${world.random.between(10, 900)}`);
  if (user !== "root") return fail(1, "Failed to start transient service unit: Interactive authentication required.");
  if (host.units.has(name))
    return fail(
      1,
      `Failed to start transient service unit: Unit ${name}.service was already loaded or has a fragment file.`,
    );
  const { stdout, stderr, exitCode, takesMs } = createExecute(programs)(
    rest,
    { ...call, stdin: "" },
    (what) => `Failed to find executable ${what}: No such file or directory`,
  );
  if (exitCode === 127) return fail(1, stderr);
  const printed = `${stdout}${stderr}`.split("\n").filter((line) => line !== "");
  host.jobs.set(name, { lines: printed, takesMs, exitCode, ranMs: 0 });
  host.units.set(name, {
    name,
    description: said("description") ?? rest.join(" "),
    active: "active",
    sub: "running",
    enabled: false,
    transient: true,
    sinceMs: world.nowMs,
    pid: world.random.between(2_000, 30_000),
    memoryBytes: 4_194_304,
    result: "success",
    restarts: 0,
  });
  return out("", 40);
};

/** Lets the host's jobs run on. */
export const tickJobs = (host: HostState, stepMs: number): void => {
  for (const [name, job] of host.jobs) {
    const unit = host.units.get(name);
    if (unit?.sub !== "running") continue;
    job.ranMs += stepMs;
    if (job.ranMs < job.takesMs) continue;
    unit.active = job.exitCode === 0 ? "active" : "failed";
    unit.sub = job.exitCode === 0 ? "exited" : "failed";
    unit.result = job.exitCode === 0 ? "success" : "exit-code";
    unit.exitStatus = job.exitCode;
    unit.pid = 0;
  }
};

/** `journalctl -u UNIT [-n N] [-o cat]`: what a job has printed so far; `-t TAG`: what logger wrote. */
const journalctl = ({ args, host, user }: Call): Output => {
  const { options } = takeOptions(args, ["-u", "-t", "-n", "-o"]);
  const value = (name: string): string | undefined => {
    const at = options.indexOf(name);
    return at < 0 ? undefined : options[at + 1];
  };
  if (user !== "root") return fail(1, "No journal files were opened due to insufficient permissions.");
  const tag = value("-t");
  const job = host.jobs.get(bare(value("-u") ?? ""));
  const printed =
    tag === undefined
      ? printedBy(job)
      : host.logged.filter((line) => line.startsWith(`${tag}: `)).map((line) => line.slice(tag.length + 2));
  const shown = printed.slice(-Number(value("-n") ?? 1_000));
  return out(lines(shown.length === 0 && !options.includes("-q") ? ["-- No entries --"] : shown), 10);
};

const printedBy = (job: JobState | undefined): readonly string[] => {
  if (job === undefined) return [];
  const share = job.takesMs <= 0 ? 1 : Math.min(1, job.ranMs / job.takesMs);
  return job.lines.slice(0, Math.ceil(share * job.lines.length));
};
