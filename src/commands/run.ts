import type { Cluster } from "../inventory/cluster.ts";
import { nearest } from "../inventory/nearest.ts";
import { EXIT, problem } from "../inventory/problem.ts";
import { durationSchema } from "../inventory/units.ts";
import { waitAtGate } from "../procedures/gates.ts";
import { planProcedure, PROCEDURES, type ProcedureName } from "../procedures/plan.ts";
import type { Gate, Procedure } from "../procedures/procedure.ts";
import { whoIsHere } from "../record/audit.ts";
import { listJournals, openJournal, procedureId } from "../record/journal.ts";
import { stateFolder } from "../record/state-folder.ts";
import type { ActOptions } from "./act-options.ts";
import { carry } from "./carry.ts";
import { chooseCluster, loadClusters } from "./choose.ts";
import { CommandFailure } from "./failure.ts";
import { standingLine } from "./journal-text.ts";
import { askLine, isAttended } from "./person.ts";
import { gateText, planText } from "./procedure-text.ts";
import { refuseViewer } from "./refuse.ts";
import { withWorkplace, type Workplace } from "./workplace.ts";

export interface RunOptions extends ActOptions {
  readonly host: string;
  readonly dryRun?: boolean;
  readonly wait: string;
}

/** `midwatch run PROCEDURE --host H`: plan, question, lock, journal, steps. */
export const runRun = async (name: string, options: RunOptions): Promise<void> => {
  const cluster = chooseCluster(await loadClusters(options), options.cluster);
  const procedureName = named("procedure", name, PROCEDURES);
  const host = named(
    "host",
    options.host,
    cluster.hosts.map((each) => each.name),
  );
  const waitMs = durationSchema.safeParse(options.wait);
  if (!waitMs.success) throw usage(`--wait ${options.wait}: expected a duration such as "2m"`);
  if (options.dryRun !== true) await refuseViewer(cluster, options, `${procedureName} of ${host}`);
  await withWorkplace(cluster, async (workplace) => {
    const planned = planProcedure(procedureName, host, workplace.sight.view(0), { waitMs: waitMs.data });
    if (!planned.ok) throw failed(`${procedureName} of ${host}: ${planned.why}`);
    process.stdout.write(`${planned.procedure.title}, cluster ${cluster.name}\n${planText(planned.procedure)}`);
    if (options.dryRun === true) await showGates(planned.procedure, workplace);
    else await begin(cluster, procedureName, planned.procedure, options, workplace);
  });
};

const begin = async (
  cluster: Cluster,
  name: ProcedureName,
  procedure: Procedure,
  options: RunOptions,
  workplace: Workplace,
): Promise<void> => {
  const folder = stateFolder(cluster.name);
  const left = (await listJournals(folder)).find(({ phase }) => phase !== "closed");
  if (left !== undefined)
    throw failed(standingLine(left), "midwatch journal resume, undo, or leave, before anything new");
  const reason = await reasonOf(options);
  if (options.yes !== true && !(await confirmed(procedure)))
    throw failed("nothing was sent: it was not confirmed", "--yes");
  const id = procedureId(name, procedure.host, Date.now());
  const { user: operator, machine, pid } = whoIsHere();
  await carry({
    cluster,
    procedure,
    id,
    reason,
    options,
    workplace,
    journal: (fence) =>
      openJournal(folder, {
        id,
        procedure: name,
        host: procedure.host,
        cluster: cluster.name,
        params: procedure.params,
        steps: procedure.steps.map((step) => ({ id: step.id, title: step.title })),
        operator,
        machine,
        pid,
        reason,
        ...(fence === undefined ? {} : { fence }),
      }),
  });
};

/** A change without a reason is none: typed, or by --reason. */
export const reasonOf = async ({ reason }: ActOptions): Promise<string> => {
  const given = reason ?? (isAttended() ? await askLine("reason: ") : undefined);
  if (given === undefined || given.trim() === "") throw usage("a change needs a reason", '--reason "why"');
  return given.trim();
};

const confirmed = async (procedure: Procedure): Promise<boolean> =>
  isAttended() && (await askLine(`begin the ${procedure.title}? type yes: `)) === "yes";

/** How long a dry run looks at a gate. */
const LOOK_MS = 6_000;

/** Every gate of the first step, as it is now; sends nothing. Exit code 0 when all are open, 1 when not. */
const showGates = async (procedure: Procedure, { sight }: Workplace): Promise<void> => {
  const [first] = procedure.steps;
  if (first === undefined) return;
  const sinceMs = Date.now();
  sight.refresh();
  let open = true;
  for (const gate of first.before) {
    const brief: Gate = { ...gate, deadlineMs: Math.min(gate.deadlineMs, LOOK_MS) };
    const waiting = { sight, emit: () => undefined, stop: new AbortController().signal, lost: () => undefined };
    const waited = await waitAtGate(brief, first, sinceMs, waiting);
    process.stdout.write(`${gateText(gate.wanted, waited.now)}\n`);
    open &&= waited.state === "open";
  }
  process.stdout.write("dry run: nothing was sent\n");
  process.exitCode = open ? 0 : 1;
};

const named = <T extends string>(what: string, name: string, names: readonly T[]): T => {
  const found = names.find((each) => each === name);
  if (found !== undefined) return found;
  const near = nearest(name, names);
  throw usage(
    `no ${what} "${name}"; there are ${names.join(", ")}`,
    near === undefined ? undefined : `did you mean ${near}?`,
  );
};

const usage = (what: string, fix?: string): CommandFailure =>
  new CommandFailure([problem({ what, fix, exitCode: EXIT.usage })]);

const failed = (what: string, fix?: string): CommandFailure =>
  new CommandFailure([problem({ what, fix, exitCode: EXIT.refused })]);
