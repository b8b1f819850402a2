import { readFile } from "node:fs/promises";
import type { ReadAccess } from "../connect/access.ts";
import { openDoor } from "../connect/control.ts";
import { forbidChanges, grantOperator, type OperatorGrant } from "../connect/grant.ts";
import type { SshSessions } from "../connect/ssh/sessions.ts";
import type { Cluster } from "../inventory/cluster.ts";
import { carry } from "../procedures/carry.ts";
import type { Sight } from "../procedures/gates.ts";
import type { ProcedureKind } from "../procedures/kind.ts";
import { unseenText } from "../procedures/user/unseen.ts";
import { openAudit, whoIsHere, type AuditEvent } from "../record/audit.ts";
import { giveUpNote } from "../record/give-up.ts";
import { isRunning } from "../record/is-running.ts";
import { listJournals, reopenJournal } from "../record/journal.ts";
import { lookAtClusterLock } from "../record/lock-look.ts";
import { entriesOf } from "../record/lock-note.ts";
import { replay, type Standing } from "../record/replay.ts";
import { stateFolder } from "../record/state-folder.ts";
import { openShell } from "./shell.ts";
import type { Hand, OperatorHand, Others, ViewerHand } from "../ui/act/hand.ts";

/** What a console may do to a cluster, by the role it has there. */
export const handOf = (cluster: Cluster, isReadOnly: boolean, within: Within): Hand => {
  // Not by role alone: an inventory may make the same person operator of another cluster.
  if (isReadOnly) forbidChanges("this midwatch only looks (--read-only)");
  return cluster.role === "operator" ? operatorHand(cluster, within) : viewerHand(cluster, isReadOnly, within.sight);
};

/** What the console has open already. */
interface Within {
  readonly sessions: SshSessions;
  readonly sight: Sight;
  readonly kinds: readonly ProcedureKind[];
}

const auditOf =
  (cluster: Cluster) =>
  async (event: AuditEvent, reason: string): Promise<void> => {
    const audit = await openAudit(stateFolder(cluster.name), { cluster: cluster.name, role: cluster.role, reason });
    try {
      await audit.event(event);
    } finally {
      await audit.close();
    }
  };

const viewerHand = (cluster: Cluster, isReadOnly: boolean, sight: Sight): ViewerHand => ({
  role: "viewer",
  why: `refused: you are a viewer here (${isReadOnly ? "--read-only" : `role: viewer in ${cluster.source}`}): nothing can be changed`,
  audit: auditOf(cluster),
  others: () => othersAt(cluster, sight),
});

/** Nobody else: not this console itself, and not what this machine has the newest journal of. */
const othersAt = async (cluster: Cluster, sight: Sight): Promise<Others | undefined> => {
  const looked = await lookAtClusterLock({ ask: askThrough(sight) }, cluster);
  if (!looked.ok) return undefined;
  const here = whoIsHere();
  const { holder, note } = looked.look;
  if (holder?.machine === here.machine && holder.pid === here.pid) return undefined;
  const journals = await listJournals(stateFolder(cluster.name));
  const isKnown = journals.some(
    (each) => !isRunning(each) && each.opened.id === note?.procedure && (each.hand.fence ?? 0) >= note.fence,
  );
  const theirs = isKnown ? undefined : note;
  if (holder === undefined && theirs === undefined) return undefined;
  const standing =
    theirs?.essentials === undefined
      ? undefined
      : replay(entriesOf(theirs, theirs.essentials, cluster.name, []).map((entry) => JSON.stringify(entry)));
  return {
    ...(holder === undefined ? {} : { holder }),
    ...(theirs === undefined ? {} : { note: theirs }),
    ...(standing === undefined ? {} : { standing }),
  };
};

const askThrough =
  (sight: Sight): ReadAccess["ask"] =>
  async (target, asks, deliver) => {
    for (const each of asks) deliver(each, await sight.ask(target, each));
  };

const operatorHand = (cluster: Cluster, { sessions, sight, kinds }: Within): OperatorHand => {
  const folder = stateFolder(cluster.name);
  const { user: operator } = whoIsHere();
  const audit = auditOf(cluster);
  return {
    role: "operator",
    operator,
    audit,
    grant: (reason, lastsMs) => grantOperator(cluster, operator, reason, lastsMs),
    others: () => othersAt(cluster, sight),
    kinds,
    sight,
    shell: (host, grant, reason) => openShell(cluster, { host, grant, reason, audit }),
    carry: (work) => carry({ ...work, cluster, sessions, sight }),
    readReport: (path) => readFile(path, "utf8"),
    unfinished: async () => (await listJournals(folder)).filter((each) => each.phase !== "closed" && !isRunning(each)),
    isUnseen: async ({ opened }) => (await unseenText(opened, cluster.source)) !== undefined,
    leave: async (standing, reason, grant) => {
      const { id, procedure, subject } = standing.opened;
      const { user, machine, pid } = whoIsHere();
      const journal = await reopenJournal(folder, id, { operator: user, machine, pid, reason });
      await journal.write({ kind: "closed", result: "left", why: reason });
      await journal.close();
      await audit({ what: "procedure-ended", detail: `${procedure} of ${subject}: left` }, reason);
      return clearNote(cluster, standing, sessions, grant);
    },
  };
};

/** Why its note beside the cluster's lock stays; undefined when it is gone, or was never there. */
const clearNote = async (
  cluster: Cluster,
  here: Standing,
  sessions: SshSessions,
  grant: OperatorGrant,
): Promise<string | undefined> => {
  if (cluster.lockRedis === undefined) return undefined;
  const { id, procedure, subject } = here.opened;
  const door = openDoor(cluster, sessions, grant);
  const { user: operator, machine, pid } = whoIsHere();
  try {
    const request = {
      door,
      instance: cluster.lockRedis,
      cluster: cluster.name,
      procedure: id,
      title: `${procedure} of ${subject}`,
      hand: { operator, machine, pid },
      takeOver: false,
    };
    return (await giveUpNote(request, here)).kept;
  } finally {
    door.close();
  }
};
