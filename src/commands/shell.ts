import { duration } from "../systems/format.ts";
import { systemSshArgs } from "../connect/ssh/system-ssh.ts";
import { grantFault, type OperatorGrant } from "../connect/grant.ts";
import type { Cluster } from "../inventory/cluster.ts";
import type { AuditEvent } from "../record/audit.ts";

/** What a shell needs of whoever opens it. */
export interface ShellOrder {
  readonly host: string;
  readonly grant: OperatorGrant;
  readonly reason: string;
  /** On disk when it resolves. */
  readonly audit: (event: AuditEvent, reason: string) => Promise<void>;
}

/**
 * A login shell on a host by the machine's own ssh, on this process's terminal, which must be its own meanwhile. What is
 * done there is outside midwatch's control, so that it stands in the audit when it was opened and when it was closed.
 * Resolves to a line for the screen; rejects when the audit cannot be written, and then opens nothing.
 */
export const openShell = async (cluster: Cluster, { host, grant, reason, audit }: ShellOrder): Promise<string> => {
  const fault = grantFault(grant);
  if (fault !== undefined) return fault;
  const args = systemSshArgs(cluster, host);
  if (args === undefined) return `${host}: the inventory's way there cannot be given to ssh`;
  await audit({ what: "shell-opened", host, detail: `ssh ${args.at(-1) ?? ""}` }, reason);
  const begunMs = performance.now();
  const { execa } = await import("execa");
  const { exitCode, code } = await execa("ssh", args, { stdio: "inherit", reject: false });
  const how = code === "ENOENT" ? "there is no ssh on this machine" : `exit code ${exitCode ?? "unknown"}`;
  const detail = `${how}, after ${duration(performance.now() - begunMs)}`;
  await audit({ what: "shell-closed", host, detail }, reason);
  return `shell on ${host} closed: ${detail}`;
};
