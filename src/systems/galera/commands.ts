import type { HostCommand, SqlCommand } from "../../connect/command.ts";
import type { GaleraConfig } from "../../inventory/cluster.ts";
import { parseUnits, unitArgv, type UnitState } from "../unit.ts";
import { auditSql } from "./audit-sql.ts";
import { AUDIT_GRANT, parseAudit, type Audit } from "./parse-audit.ts";
import { parseGrastate, type Grastate } from "./parse-grastate.ts";
import { parseSettings, type MemberSettings } from "./parse-settings.ts";
import { parseView, type MemberView } from "./parse-view.ts";

export interface FlavourParams {
  readonly flavour: GaleraConfig["flavour"];
}

const STATUS = [
  "wsrep_cluster_status",
  "wsrep_cluster_size",
  "wsrep_cluster_weight",
  "wsrep_cluster_conf_id",
  "wsrep_cluster_state_uuid",
  "wsrep_local_state_uuid",
  "wsrep_local_state",
  "wsrep_local_state_comment",
  "wsrep_ready",
  "wsrep_connected",
  "wsrep_incoming_addresses",
  "wsrep_last_committed",
  "wsrep_local_cached_downto",
  "wsrep_flow_control_paused_ns",
  "wsrep_local_send_queue",
  "wsrep_local_recv_queue",
  "wsrep_local_cert_failures",
  "wsrep_local_bf_aborts",
  "wsrep_replicated",
  "wsrep_replicated_bytes",
  "wsrep_received_bytes",
  "wsrep_ist_receive_status",
  "wsrep_provider_version",
  "Uptime",
  "Threads_connected",
];

const VARIABLES = [
  "version",
  "read_only",
  "super_read_only",
  "wsrep_on",
  "wsrep_desync",
  "wsrep_reject_queries",
  "pxc_maint_mode",
];

/**
 * Where a server keeps its status. These tables stay readable for any account, and on a member outside the Primary
 * component, where everything but SHOW, SET and reads of the information and performance schema is refused with error
 * 1047 (`wsrep_tables_accessible_when_detached` in both servers' sql_parse.cc). MySQL 8 no longer has the information
 * schema's, MariaDB may run without the performance schema.
 */
const SCHEMA: Readonly<Record<GaleraConfig["flavour"], string>> = {
  mariadb: "information_schema",
  percona: "performance_schema",
};

const list = (names: readonly string[]): string => names.map((name) => `'${name}'`).join(",");

export const viewCommand: SqlCommand<MemberView, FlavourParams, "read"> = {
  id: "galera.view",
  kind: "sql",
  effect: "read",
  asks: "a member's own view of itself and of the cluster",
  privilege: { need: "sql", grants: ["USAGE ON *.*"] },
  deadlineMs: 3_000,
  sql: ({ flavour }) =>
    [
      `SELECT VARIABLE_NAME AS name, VARIABLE_VALUE AS value FROM ${SCHEMA[flavour]}.global_status`,
      `WHERE VARIABLE_NAME IN (${list(STATUS)})`,
      "UNION ALL",
      `SELECT VARIABLE_NAME, VARIABLE_VALUE FROM ${SCHEMA[flavour]}.global_variables`,
      `WHERE VARIABLE_NAME IN (${list(VARIABLES)})`,
    ].join(" "),
  parse: parseView,
};

/** `@@` because both schemas cut a value at 1,024 or 2,048 characters and the provider's options are longer. */
export const settingsCommand: SqlCommand<MemberSettings, FlavourParams, "read"> = {
  id: "galera.settings",
  kind: "sql",
  effect: "read",
  asks: "a member's gcache size, vote and state transfer method",
  privilege: { need: "sql", grants: ["USAGE ON *.*"] },
  deadlineMs: 3_000,
  sql: ({ flavour }) =>
    [
      "SELECT @@GLOBAL.wsrep_provider_options AS provider_options, @@GLOBAL.wsrep_node_name AS node_name,",
      "@@GLOBAL.wsrep_sst_method AS sst_method",
      // A table of this schema, so that a member outside the Primary component answers too.
      `FROM ${SCHEMA[flavour]}.global_status WHERE VARIABLE_NAME = 'wsrep_ready'`,
    ].join(" "),
  parse: parseSettings,
};

/** What the audit of the tables is filed under: the tables are the same on every member. */
export const AUDIT = "tables";

export const auditCommand: SqlCommand<Audit, FlavourParams, "read"> = {
  id: "galera.audit",
  kind: "sql",
  effect: "read",
  asks: "tables that are not InnoDB or have no primary key: what Galera does not replicate, or not well",
  privilege: { need: "sql", grants: [AUDIT_GRANT] },
  deadlineMs: 4_000,
  sql: ({ flavour }) => auditSql(flavour),
  parse: parseAudit,
};

export interface UnitParams {
  readonly units: readonly string[];
}

/** Tells "stopped" from "not to be reached" when SQL does not answer. */
export const unitCommand: HostCommand<readonly UnitState[], UnitParams, "read"> = {
  id: "galera.unit",
  kind: "host",
  effect: "read",
  asks: "whether the database's systemd unit runs, since when, and how it ended",
  privilege: { need: "login" },
  deadlineMs: 3_000,
  lane: "batch",
  argv: ({ units }) => unitArgv(units),
  parse: parseUnits,
};

export interface DatadirParams {
  readonly datadir: string;
}

export const grastateCommand: HostCommand<Grastate, DatadirParams, "read"> = {
  id: "galera.grastate",
  kind: "host",
  effect: "read",
  asks: "the position a stopped member wrote down, and whether it may bootstrap the cluster",
  privilege: { need: "root", why: "only mysql and root may read the data directory's grastate.dat" },
  deadlineMs: 5_000,
  lane: "own",
  argv: ({ datadir }) => ["/usr/bin/cat", `${datadir}/grastate.dat`],
  parse: parseGrastate,
};
