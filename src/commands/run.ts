import type { Cluster } from "../inventory/cluster.ts";
import { findInventory } from "../inventory/find.ts";
import { nearest } from "../inventory/nearest.ts";
import { EXIT, problem } from "../inventory/problem.ts";
import { waitAtGate } from "../procedures/gates.ts";
import type { ProcedureKind } from "../procedures/kind.ts";
import { optionsOf, procedures } from "../procedures/registry.ts";
import type { Gate, Procedure } from "../procedures/procedure.ts";
import { loadProcedures } from "../procedures/user/load.ts";
import { listJournals } from "../record/journal.ts";
import { stateFolder } from "../record/state-folder.ts";
import type { ActOptions } from "./act-options.ts";
import { carryInLines } from "./carry.ts";
import { chooseCluster, loadClusters } from "./choose.ts";
import { CommandFailure } from "./failure.ts";
import { standingLine } from "./journal-text.ts";
import { askLine, isAttended } from "./person.ts";
import { gateText, planText, procedureList } from "./procedure-text.ts";
import { refuseViewer } from "./refuse.ts";
import { withWorkplace, type Workplace } from "./workplace.ts";

export interface RunOptions extends ActOptions {
  readonly host?: string;
  readonly dryRun?: boolean;
  readonly set: Readonly<Record<string, string>>;
}

/** `midwatch run PROCEDURE --host H`: plan, question, lock, journal, steps. Without a name, what there is to run. */
export const runRun = async (name: string | undefined, options: RunOptions): Promise<void> => {
  if (name === undefined) {
    await listThem(options);
    return;
  }
  const cluster = chooseCluster(await loadClusters(options), options.cluster);
  const { kinds, problems } = await loadProcedures(cluster.source);
  const kind = kinds.find((each) => each.name === name);
  if (kind === undefined) {
    // It may be in one of the files that were not taken.
    if (problems.length > 0) throw new CommandFailure(problems);
    const names = kinds.map((each) => each.name);
    throw stranger("procedure", name, names);
  }
  const subject = subjectOf(kind, cluster, options);
  const chosen = optionsOf(kind, options.set);
  if (!chosen.ok) throw usage(chosen.why);
  if (options.dryRun !== true) await refuseViewer(cluster, options, `${kind.name} of ${subject}`);
  await withWorkplace(cluster, async (workplace) => {
    const { sight } = workplace;
    const planned = await kind.plan({ subject, options: chosen.options, view: sight.view(0), reads: sight });
    if (!planned.ok) throw failed(`${kind.name} of ${subject}: ${planned.why}`);
    process.stdout.write(`${planned.procedure.title}, cluster ${cluster.name}\n${planText(planned.procedure)}`);
    if (options.dryRun === true) await showGates(planned.procedure, workplace);
    else await begin(cluster, planned.procedure, options, workplace);
  });
};

/** Without an inventory, midwatch's own alone; what is wrong with others' files is said, and costs those alone. */
const listThem = async (options: RunOptions): Promise<void> => {
  const inventory = await findInventory(options.inventory);
  if (!inventory.ok) {
    process.stdout.write(procedureList(procedures));
    return;
  }
  const { kinds, problems } = await loadProcedures(inventory.value);
  process.stdout.write(procedureList(kinds));
  if (problems.length > 0) throw new CommandFailure(problems);
};

const subjectOf = (kind: ProcedureKind, cluster: Cluster, { host }: RunOptions): string => {
  if (kind.on === "cluster") {
    if (host !== undefined) throw usage(`${kind.name} is of the whole cluster: it takes no --host`);
    return cluster.name;
  }
  if (host === undefined) throw usage(`${kind.name} needs to know of which host`, "--host NAME");
  return named(
    "host",
    host,
    cluster.hosts.map((each) => each.name),
  );
};

const begin = async (
  cluster: Cluster,
  procedure: Procedure,
  options: RunOptions,
  workplace: Workplace,
): Promise<void> => {
  const left = (await listJournals(stateFolder(cluster.name))).find(({ phase }) => phase !== "closed");
  if (left !== undefined)
    throw failed(standingLine(left), "midwatch journal resume, undo, or leave, before anything new");
  const reason = await reasonOf(options);
  if (options.yes !== true && !(await confirmed(procedure)))
    throw failed("nothing was sent: it was not confirmed", "--yes");
  await carryInLines(cluster, procedure, "new", reason, options, workplace);
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
  throw stranger(what, name, names);
};

const stranger = (what: string, name: string, names: readonly string[]): CommandFailure => {
  const near = nearest(name, names);
  return usage(
    `no ${what} "${name}"; there are ${names.join(", ")}`,
    near === undefined ? undefined : `did you mean ${near}?`,
  );
};

const usage = (what: string, fix?: string): CommandFailure =>
  new CommandFailure([problem({ what, fix, exitCode: EXIT.usage })]);

const failed = (what: string, fix?: string): CommandFailure =>
  new CommandFailure([problem({ what, fix, exitCode: EXIT.refused })]);
