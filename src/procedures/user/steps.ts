import { ask } from "../../connect/command.ts";
import { endJob, jobUnit } from "../../systems/host/jobs.ts";
import { jobActions, jobEnded, type JobOnHost } from "../job.ts";
import { tidy } from "../job-tidy.ts";
import type { Action, Choice, Gate, Reads, Step } from "../procedure.ts";
import { readOnce } from "../read-once.ts";
import { change, question, sqlChange, sqlQuestion } from "./commands.ts";
import { gatesFor, type Made, type Making } from "./gates.ts";
import type { UserGate, UserRun, UserStep } from "./schema.ts";
import { hostsFor } from "./targets.ts";
import { fill } from "./words.ts";

const LATE: readonly Choice[] = [
  { id: "wait", title: "wait as long again", leads: "wait" },
  { id: "again", title: "try this step again", leads: "again" },
  { id: "give-up", title: "give up: take back what has an undo", leads: "undo" },
  { id: "stop", title: "stop here", leads: "stop" },
];

/** One command on one host, and what is waited for when it runs by itself. */
interface Sending {
  readonly actions: readonly Action[];
  readonly ends: readonly Gate[];
  /** Units to be cleared away afterwards. */
  readonly jobs: readonly JobOnHost[];
}

/** What a run of this procedure is called: makes units' names those of this run. */
export interface Run extends Making {
  readonly run: string;
}

/** One written step as the engine's own; why not, where this cluster has not what it names. */
export const stepFor = (written: UserStep, making: Run): Made<Step> => {
  const { id, title, why, stays } = written;
  const before = all(written.before, making);
  const after = all(written.after, making);
  const sent = sendings(written, making);
  for (const each of [before, after, sent]) if (!each.ok) return { ok: false, why: `step ${id}: ${each.why}` };
  if (!before.ok || !after.ok || !sent.ok) return { ok: false, why: `step ${id}` };
  const text = (words: string): string => fill(words, making.values);
  const step: Step = {
    id,
    title: text(title),
    why: text(why),
    before: before.made,
    actions: sent.made.flatMap(({ actions }) => actions),
    after: [...sent.made.flatMap(({ ends }) => ends), ...after.made],
    late: LATE,
    stays: text(stays ?? "what was sent stays; midwatch journal undo takes back what has an undo"),
  };
  const jobs = sent.made.flatMap((each) => each.jobs);
  return { ok: true, made: jobs.length === 0 ? [step] : [step, cleared(step, jobs)] };
};

const cleared = ({ id, title }: Step, jobs: readonly JobOnHost[]): Step => ({
  id: `${id}-cleared`,
  title: `${title}: cleared away`,
  why: "the units that ran it are not left for the next to wonder at",
  before: [],
  actions: jobs.flatMap((job) => tidy(job)),
  after: [],
  stays: "units that have ended are left: systemctl list-units midwatch-*",
});

const all = (written: readonly UserGate[], making: Run): Made<Gate> => {
  const made: Gate[] = [];
  for (const gate of written) {
    const one = gatesFor(gate, making);
    if (!one.ok) return one;
    made.push(...one.made);
  }
  return { ok: true, made };
};

const sendings = ({ id, run }: UserStep, making: Run): Made<Sending> => {
  const made: Sending[] = [];
  for (const [index, each] of run.entries()) {
    const found = hostsFor(each.on, making.cluster, making.subject);
    if (!found.ok) return found;
    made.push(...found.hosts.map((host) => sending(each, host, `${id}-${index + 1}`, making)));
  }
  return { ok: true, made };
};

const sending = (run: UserRun, host: string, step: string, making: Run): Sending => {
  const values = new Map([...making.values, ["host", host]]);
  const words = (argv: readonly string[] | undefined): readonly string[] =>
    (argv ?? []).map((word) => fill(word, values));
  const text = (written: string | undefined): string => fill(written ?? "", values);
  const { as, deadline: deadlineMs } = run;
  const own = { id: making.id, deadlineMs };
  const isSo = async (reads: Reads): Promise<boolean | undefined> => {
    if (run.unless === undefined && run.unless_sql === undefined) return false;
    const said =
      run.unless_sql === undefined
        ? await readOnce(reads, host, question({ ...own, argv: words(run.unless), as }), undefined)
        : await readOnce(reads, host, sqlQuestion({ ...own, sql: text(run.unless_sql) }), undefined);
    return said.ok ? said.value.holds : undefined;
  };
  if (run.long) return longSending(run, host, { argv: words(run.command), undo: words(run.undo) }, step, making, isSo);
  const isSql = run.sql !== undefined;
  const undo = isSql
    ? run.undo_sql === undefined
      ? undefined
      : sqlChange({ ...own, sql: text(run.undo_sql) })
    : run.undo === undefined
      ? undefined
      : change({ ...own, argv: words(run.undo), as });
  const action: Action = {
    id: `${step} ${host}`,
    target: host,
    ask: isSql ? sqlChange({ ...own, sql: text(run.sql) }) : change({ ...own, argv: words(run.command), as }),
    ...(undo === undefined ? {} : { undo }),
    onlyKnown: true,
    already: async (_view, reads) => isSo(reads),
  };
  return { actions: [action], ends: [], jobs: [] };
};

const longSending = (
  run: UserRun,
  host: string,
  words: { readonly argv: readonly string[]; readonly undo: readonly string[] },
  step: string,
  { id, run: at }: Run,
  isSo: (reads: Reads) => Promise<boolean | undefined>,
): Sending => {
  const { argv } = words;
  const unit = jobUnit("own", step, host, at);
  const job: JobOnHost = {
    host,
    unit,
    about: `midwatch ${id}`,
    // systemd would put a variable of its own in its place (systemd.service(5), "Command lines").
    argv: argv.map((word) => word.replaceAll("$", "$$$$")),
    wanted: `${host}: ${argv[0] ?? ""} has ended well`,
    deadlineMs: run.deadline,
    ...(run.unless === undefined ? {} : { isDone: isSo }),
  };
  const end = ask(endJob, { unit });
  // What takes it back may not run beside it.
  const back =
    words.undo.length === 0
      ? { undo: end }
      : { undoFirst: end, undo: change({ id, deadlineMs: run.deadline, argv: words.undo, as: run.as }) };
  const actions = jobActions(job).map((action) => (action.id.startsWith("start") ? { ...action, ...back } : action));
  return { actions, ends: [jobEnded(job)], jobs: [job] };
};
