import { parsed, type SqlCommand } from "../../connect/command.ts";
import type { Cluster } from "../../inventory/cluster.ts";
import { allow, type Allowed } from "../allowed.ts";
import { stopUnit } from "../host/power.ts";
import { allowRestarts } from "../host/units.ts";
import { unitName } from "../unit.ts";
import { bootstrapUnit } from "./bootstrap-changes.ts";

/** MariaDB asks for SUPER; MySQL 8 for the two that took its place. */
const PRIVILEGE = {
  need: "sql",
  grants: ["SUPER ON *.* (MariaDB)", "SYSTEM_VARIABLES_ADMIN ON *.* (Percona)"],
} as const;

/** ON: the member is left out of flow control, and falls behind without holding the others up. It is no drain. */
export const setDesync: SqlCommand<void, { readonly on: boolean }, "change"> = {
  id: "galera.set_desync",
  kind: "sql",
  effect: "change",
  asks: "Takes a member out of flow control, or back into it",
  privilege: PRIVILEGE,
  deadlineMs: 60_000,
  sql: ({ on }) => `SET GLOBAL wsrep_desync = ${on ? "ON" : "OFF"}`,
  parse: () => parsed(undefined),
};

/** Percona only. MAINTENANCE blocks its caller for `pxc_maint_transition_period`, and drops nobody. */
export const setMaintMode: SqlCommand<void, { readonly mode: "DISABLED" | "MAINTENANCE" }, "change"> = {
  id: "galera.set_maint_mode",
  kind: "sql",
  effect: "change",
  asks: "Tells a load balancer in front of Percona XtraDB Cluster whether a member may be used",
  privilege: PRIVILEGE,
  deadlineMs: 60_000,
  sql: ({ mode }) => `SET GLOBAL pxc_maint_mode = '${mode}'`,
  parse: () => parsed(undefined),
};

export const allowedToChange = ({ galera }: Pick<Cluster, "galera">): readonly Allowed[] =>
  (galera?.members ?? []).flatMap(({ host }) => [
    ...allow(setDesync, host, { on: true }, { on: false }),
    ...(galera?.flavour === "percona" ? allow(setMaintMode, host, { mode: "DISABLED" }, { mode: "MAINTENANCE" }) : []),
    ...allowRestarts(host, unitName(galera?.service ?? "")),
    // The member a cluster began on runs by another unit, until it is stopped and started by its own.
    ...(galera?.flavour === "percona" ? allow(stopUnit, host, { unit: bootstrapUnit(galera) }) : []),
  ]);
