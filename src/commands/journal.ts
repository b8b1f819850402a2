import type { Cluster } from "../inventory/cluster.ts";
import { EXIT, problem } from "../inventory/problem.ts";
import { procedures } from "../procedures/registry.ts";
import { whoIsHere } from "../record/audit.ts";
import { isRunning } from "../record/is-running.ts";
import { listJournals, reopenJournal } from "../record/journal.ts";
import type { Standing } from "../record/replay.ts";
import { stateFolder } from "../record/state-folder.ts";
import type { ActOptions } from "./act-options.ts";
import { carryInLines } from "./carry.ts";
import { chooseCluster, loadClusters } from "./choose.ts";
import { CommandFailure } from "./failure.ts";
import { sentLines, standingLine } from "./journal-text.ts";
import { reasonOf } from "./run.ts";
import { refuseViewer } from "./refuse.ts";
import { withWorkplace } from "./workplace.ts";

/** `midwatch journal`: what is unfinished and what was, or one of `resume`, `undo` and `leave`. */
export const runJournal = async (
  what: string | undefined,
  id: string | undefined,
  options: ActOptions,
): Promise<void> => {
  const cluster = chooseCluster(await loadClusters(options), options.cluster);
  const all = await listJournals(stateFolder(cluster.name));
  if (what === undefined) {
    list(all);
    return;
  }
  const standing = unfinished(all, id);
  await refuseViewer(cluster, options, `${what} ${standing.opened.id}`);
  const reason = await reasonOf(options);
  if (what === "leave") await leave(cluster, standing, reason);
  else await goOn(cluster, standing, what === "undo" ? "undo" : "resume", reason, options);
};

/** Exit code 1 when something is unfinished. */
const list = (all: readonly Standing[]): void => {
  if (all.length === 0) process.stdout.write("no procedure has been run from here\n");
  for (const standing of all) {
    process.stdout.write(`${standingLine(standing)}\n`);
    if (standing.phase !== "closed") for (const line of sentLines(standing)) process.stdout.write(`${line}\n`);
  }
  if (all.some(({ phase }) => phase !== "closed")) {
    process.stdout.write("next: midwatch journal resume | undo | leave\n");
    process.exitCode = 1;
  }
};

const unfinished = (all: readonly Standing[], id: string | undefined): Standing => {
  const open = all.filter(({ phase }) => phase !== "closed");
  const found = id === undefined ? open[0] : open.find(({ opened }) => opened.id === id);
  if (found !== undefined) return found;
  const what = id === undefined ? "nothing is unfinished here" : `${id} is not unfinished here`;
  throw new CommandFailure([problem({ what, fix: "midwatch journal", exitCode: EXIT.usage })]);
};

const goOn = async (
  cluster: Cluster,
  standing: Standing,
  how: "resume" | "undo",
  reason: string,
  options: ActOptions,
): Promise<void> => {
  const { id, procedure: name, subject, params } = standing.opened;
  refuseRunning(standing);
  const kind = procedures.find((each) => each.name === name);
  if (kind === undefined) throw refused(`this midwatch has no procedure "${name}": its journal is of another version`);
  await withWorkplace(cluster, async (workplace) => {
    const { sight } = workplace;
    const planned = await kind.replan({ subject, params, view: sight.view(0), reads: sight });
    if (!planned.ok) throw refused(planned.why);
    process.stdout.write(`${standingLine(standing)}\n`);
    await carryInLines(cluster, planned.procedure, { id, how }, reason, options, workplace);
  });
};

const refused = (what: string, fix?: string): CommandFailure =>
  new CommandFailure([problem({ what, fix, exitCode: EXIT.refused })]);

/** Given up as it is: somebody else brings the cluster in order, and knows from here what was sent. */
const leave = async (cluster: Cluster, standing: Standing, reason: string): Promise<void> => {
  refuseRunning(standing);
  const { user: operator, machine, pid } = whoIsHere();
  const journal = await reopenJournal(stateFolder(cluster.name), standing.opened.id, {
    operator,
    machine,
    pid,
    reason,
  });
  await journal.write({ kind: "closed", result: "left", why: reason });
  await journal.close();
  process.stdout.write(`left as it is: ${standing.opened.procedure} of ${standing.opened.subject}\n`);
  for (const line of sentLines(standing)) process.stdout.write(`${line}\n`);
};

const refuseRunning = (standing: Standing): void => {
  if (!isRunning(standing)) return;
  const { hand, opened } = standing;
  const what = `${opened.procedure} of ${opened.subject} is still being run by process ${hand.pid}`;
  throw refused(what, "stop it there (Ctrl-C), or wait");
};
