import { openAccess } from "../connect/open.ts";
import type { Cluster } from "../inventory/cluster.ts";
import { EXIT, problem } from "../inventory/problem.ts";
import { procedures } from "../procedures/registry.ts";
import { journaledKind } from "../procedures/user/kind.ts";
import { unseenText } from "../procedures/user/unseen.ts";
import { isRunning } from "../record/is-running.ts";
import { listJournals } from "../record/journal.ts";
import { lookAtClusterLock, type LookedAtLock } from "../record/lock-look.ts";
import type { Standing } from "../record/replay.ts";
import { stateFolder } from "../record/state-folder.ts";
import type { ActOptions } from "./act-options.ts";
import type { Begun } from "./begun.ts";
import { carryInLines } from "./carry.ts";
import { chooseCluster, loadClusters } from "./choose.ts";
import { CommandFailure } from "./failure.ts";
import { invocation } from "./invocation.ts";
import { noteLines, overtakenLine, sentLines, standingLine } from "./journal-text.ts";
import { agreeToUnseen } from "./journal-unseen.ts";
import { leave } from "./leave.ts";
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
  const here = await listJournals(stateFolder(cluster.name));
  if (what === undefined) {
    list(here, await look(cluster), options);
    return;
  }
  await refuseViewer(cluster, options, `${what} ${id ?? "what is unfinished"}`);
  const begun = await unfinished(cluster, here, id, options);
  const reason = await reasonOf(options);
  if (begun.here !== undefined) refuseRunning(begun.here);
  if (what === "leave") await leave(cluster, begun, reason, options);
  else await goOn(cluster, begun, what === "undo" ? "undo" : "resume", reason, options);
};

const look = async (cluster: Cluster): Promise<LookedAtLock> => {
  const access = openAccess(cluster);
  try {
    return await lookAtClusterLock(access, cluster);
  } finally {
    await access.close();
  }
};

/** What this machine knows, and what the cluster says itself. Exit code 1 when something is unfinished. */
const list = (here: readonly Standing[], looked: LookedAtLock, options: ActOptions): void => {
  const print = (line: string): void => void process.stdout.write(`${line}\n`);
  const invoke = invocation(options);
  const { note, holder, fence } = looked.ok ? looked.look : {};
  if (here.length === 0) print("no procedure has been run from here");
  for (const standing of here) {
    print(standingLine(standing));
    if (standing.phase === "closed") continue;
    const overtaken = looked.ok ? overtakenLine(standing, note, fence ?? 0) : undefined;
    if (overtaken !== undefined) print(overtaken);
    for (const line of sentLines(standing)) print(line);
  }
  const known = here.some(({ opened, hand }) => opened.id === note?.procedure && (hand.fence ?? 0) >= note.fence);
  const elsewhere = note === undefined || known ? undefined : note;
  if (elsewhere !== undefined) for (const line of noteLines(elsewhere, holder)) print(line);
  if (!looked.ok) print(`what others have begun is not known: ${looked.why}`);
  const open = here.some(({ phase }) => phase !== "closed");
  if (open) for (const what of ["resume", "undo", "leave"]) print(`next: ${invoke(`journal ${what}`)}`);
  if (elsewhere !== undefined)
    for (const what of ["resume", "undo", "leave"])
      print(`next: ${invoke(`journal ${what} ${elsewhere.procedure} --take-over "why"`)}`);
  if (open || elsewhere !== undefined) process.exitCode = 1;
};

const unfinished = async (
  cluster: Cluster,
  all: readonly Standing[],
  id: string | undefined,
  options: ActOptions,
): Promise<Begun> => {
  const open = all.filter(({ phase }) => phase !== "closed");
  const here = id === undefined ? open[0] : open.find(({ opened }) => opened.id === id);
  if (here !== undefined) {
    const { procedure: name, subject, params } = here.opened;
    return { id: here.opened.id, of: { name, subject, params }, here };
  }
  const looked = await look(cluster);
  const note = looked.ok ? looked.look.note : undefined;
  if (note === undefined || (id !== undefined && note.procedure !== id)) {
    const where = looked.ok ? "here or on the cluster" : `here; on the cluster it is not known: ${looked.why}`;
    const what = id === undefined ? `nothing is unfinished ${where}` : `${id} is not unfinished ${where}`;
    throw new CommandFailure([problem({ what, fix: invocation(options)("journal"), exitCode: EXIT.usage })]);
  }
  if (note.essentials === undefined)
    throw refused(`${note.title}: only ${note.machine} has its journal: too long to be kept on the cluster`);
  if (options.takeOver === undefined)
    throw refused(
      `${note.title} is ${note.operator}'s, on ${note.machine}`,
      `${invocation(options)(`journal resume ${note.procedure} --take-over "why"`)}, when they do not go on themselves`,
    );
  return { id: note.procedure, of: note.essentials, note };
};

const goOn = async (
  cluster: Cluster,
  { id, of: { name, subject, params }, here, note }: Begun,
  how: "resume" | "undo",
  reason: string,
  options: ActOptions,
): Promise<void> => {
  const kind = procedures.find((each) => each.name === name) ?? journaledKind(params);
  if (kind === undefined) throw refused(`this midwatch has no procedure "${name}": its journal is of another version`);
  await withWorkplace(cluster, async (workplace) => {
    const { sight } = workplace;
    const planned = await kind.replan({ subject, params, view: sight.view(0), reads: sight });
    if (!planned.ok) throw refused(planned.why);
    if (here !== undefined) process.stdout.write(`${standingLine(here)}\n`);
    if (note !== undefined) process.stdout.write(`${noteLines(note, undefined).join("\n")}\n`);
    const adopted = note !== undefined || here?.opened.adopted === true ? ({ adopted: true } as const) : {};
    const unseen = await unseenText({ procedure: name, params, ...adopted }, cluster.source);
    if (unseen !== undefined) await agreeToUnseen(planned.procedure, unseen);
    await carryInLines(cluster, planned.procedure, { id, how }, reason, options, workplace);
  });
};

const refused = (what: string, fix?: string): CommandFailure =>
  new CommandFailure([problem({ what, fix, exitCode: EXIT.refused })]);

const refuseRunning = (standing: Standing): void => {
  if (!isRunning(standing)) return;
  const { hand, opened } = standing;
  const what = `${opened.procedure} of ${opened.subject} is still being run by process ${hand.pid}`;
  throw refused(what, "stop it there (Ctrl-C), or wait");
};
