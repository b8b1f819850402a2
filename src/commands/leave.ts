import { openDoor } from "../connect/control.ts";
import { grantOperator } from "../connect/grant.ts";
import { openSshSessions } from "../connect/ssh/sessions.ts";
import type { Cluster } from "../inventory/cluster.ts";
import { openAudit, whoIsHere, type Audit } from "../record/audit.ts";
import { giveUpNote } from "../record/give-up.ts";
import { reopenJournal } from "../record/journal.ts";
import { stateFolder } from "../record/state-folder.ts";
import type { ActOptions } from "./act-options.ts";
import type { Begun } from "./begun.ts";
import { sentLines } from "./journal-text.ts";
import { refuse } from "./refuse.ts";

/** Given up as it is: somebody else brings the cluster in order, and knows from here what was sent. */
export const leave = async (cluster: Cluster, begun: Begun, reason: string, options: ActOptions): Promise<void> => {
  const { user: operator, machine, pid } = whoIsHere();
  const folder = stateFolder(cluster.name);
  const title = `${begun.of.name} of ${begun.of.subject}`;
  const granted = grantOperator(cluster, operator, reason);
  if (!granted.ok) return refuse(cluster, `leave ${begun.id}`, granted.why);
  const scope = { cluster: cluster.name, role: cluster.role, reason, procedure: begun.id };
  const audit = await openAudit(folder, scope);
  try {
    if (begun.here !== undefined) {
      const journal = await reopenJournal(folder, begun.id, { operator, machine, pid, reason });
      await journal.write({ kind: "closed", result: "left", why: reason });
      await journal.close();
    }
    await audit.event({ what: "procedure-ended", detail: `${title}: left` });
    const kept = await clearNote(cluster, begun, granted.grant, audit, options);
    process.stdout.write(`left as it is: ${title}\n`);
    for (const line of begun.here === undefined ? [] : sentLines(begun.here)) process.stdout.write(`${line}\n`);
    if (kept !== undefined) process.stdout.write(`its note on the cluster stays, and keeps others out: ${kept}\n`);
  } finally {
    await audit.close();
  }
};

/** Why the note stays; undefined when it is gone, or was never there. */
const clearNote = async (
  cluster: Cluster,
  { id, of, here }: Begun,
  grant: Parameters<typeof openDoor>[2],
  audit: Audit,
  { takeOver }: ActOptions,
): Promise<string | undefined> => {
  if (cluster.lockRedis === undefined) return undefined;
  const sessions = openSshSessions(cluster);
  const door = openDoor(cluster, sessions, grant);
  const { user: operator, machine, pid } = whoIsHere();
  try {
    const request = {
      door,
      instance: cluster.lockRedis,
      cluster: cluster.name,
      procedure: id,
      title: `${of.name} of ${of.subject}`,
      hand: { operator, machine, pid },
      takeOver: takeOver !== undefined,
    };
    const { hadLock, kept } = await giveUpNote(request, here);
    if (hadLock && takeOver !== undefined) await audit.event({ what: "taken-over", detail: takeOver });
    return kept;
  } finally {
    door.close();
    await sessions.close();
  }
};
