import { forbidChanges } from "../connect/grant.ts";
import type { Cluster } from "../inventory/cluster.ts";
import { EXIT, problem } from "../inventory/problem.ts";
import { openAudit } from "../record/audit.ts";
import { stateFolder } from "../record/state-folder.ts";
import type { ActOptions } from "./act-options.ts";
import { CommandFailure } from "./failure.ts";

/**
 * Refuses a viewer, in writing, before anything is opened: from here on this process cannot change anything, whatever
 * else is asked of it.
 */
export const refuseViewer = async (cluster: Cluster, { readOnly }: ActOptions, wanted: string): Promise<void> => {
  if (readOnly !== true && cluster.role === "operator") return;
  const why = readOnly === true ? "--read-only" : `role: viewer in ${cluster.source}`;
  forbidChanges(`this midwatch only looks (${why})`);
  await refuse(
    { ...cluster, role: "viewer" },
    wanted,
    `you are a viewer here (${why}): nothing can be changed`,
    "operator's inventory, without --read-only",
  );
};

/** A refusal is audited like a change. */
export const refuse = async (cluster: Cluster, wanted: string, why: string, fix?: string): Promise<never> => {
  const audit = await openAudit(stateFolder(cluster.name), { cluster: cluster.name, role: cluster.role, reason: "" });
  await audit.event({ what: "refused", detail: `${wanted}: ${why}` });
  await audit.close();
  throw refusedFailure(wanted, why, fix);
};

export const refusedFailure = (wanted: string, why: string, fix?: string): CommandFailure =>
  new CommandFailure([problem({ what: `${wanted}: refused: ${why}`, fix, exitCode: EXIT.refused })]);
