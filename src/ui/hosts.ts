import { compareSeverity, worstOf, type Severity } from "../systems/finding.ts";
import { cell, type Column, type Row, type Table } from "../systems/pane.ts";
import type { HostPicture, Picture, SystemPicture } from "../watch/picture.ts";
import type { ListTable } from "./columns.ts";
import { STANCE_WIDTH } from "./stance.ts";
import { isStarting, isWell, verdictCell, whyCell, type Surroundings } from "./verdict-cells.ts";

/** What the tables are made from. */
export interface HostsFrom extends Surroundings {
  readonly hosts: Picture["hosts"];
}

export const hostsFrom = (picture: Pick<Picture, "hosts" | "overall" | "systems">): HostsFrom => ({
  hosts: picture.hosts,
  isWell: isWell(picture),
  isStarting: isStarting(picture),
});

/**
 * The hosts as the overview lists them, the worst first: may each be taken out now, why not or what is wrong with it,
 * then the figures of the host room's first table. Equals keep the inventory's order.
 */
const hostsTable = (from: HostsFrom, { pane }: Pick<SystemPicture, "pane">): ListTable => {
  const [room] = pane.tables;
  const rows = from.hosts.map((host): Row => rowOf(host, room, from));
  return {
    id: HOSTS_TABLE,
    columns: [...VERDICT_COLUMNS, ...figures(room, from.isWell ? FIGURE_PRIORITY : TROUBLED_PRIORITY)],
    growAtLeast: WHY_WIDTH,
    rows: rows.toSorted((a, b) => compareSeverity(b.severity, a.severity)),
    empty: "no hosts in the inventory",
  };
};

/** Nothing but the verdicts. */
export const verdictsTable = (from: HostsFrom, system: Pick<SystemPicture, "pane">): ListTable => ({
  ...hostsTable(from, system),
  columns: VERDICT_COLUMNS,
});

/** For most reasons. */
const WHY_WIDTH = 34;

const VERDICT_COLUMNS: readonly Column[] = [
  { id: "host", title: "host", align: "left", priority: 1, maxWidth: 16 },
  { id: "verdict", title: "take out?", align: "left", priority: 1, maxWidth: STANCE_WIDTH },
  { id: "why", title: "why", align: "left", priority: 1, grow: true },
];

/** What of the host room stands nearest to the reason, and stays longest when narrow; then the rest as it comes. */
const FIRST = ["load", "disk", "rtt", "mem"] as const;
const FIGURE_PRIORITY: Readonly<Record<string, number>> = { load: 2, disk: 2, rtt: 3, mem: 4 };
const LATER = 3;
/** While something is wrong no figure stands where a reason would be cut. */
const TROUBLED_PRIORITY: typeof FIGURE_PRIORITY = { load: 5, disk: 4, rtt: 6, mem: 6 };

const figures = (room: Table | undefined, priorities: typeof FIGURE_PRIORITY): readonly Column[] => {
  // Its own first columns say the name and the state: both are said already.
  const own = (room?.columns ?? []).filter(({ id, grow }) => id !== "host" && grow !== true);
  const rank = ({ id }: Column): number => {
    const at = FIRST.findIndex((first) => first === id);
    return at < 0 ? FIRST.length : at;
  };
  return own
    .toSorted((a, b) => rank(a) - rank(b))
    .map((column) => ({ ...column, priority: priorities[column.id] ?? column.priority + LATER }));
};

const rowOf = (host: HostPicture, room: Table | undefined, around: Surroundings): Row => {
  const own = room?.rows.find((row) => (row.host ?? row.id) === host.name);
  const state = room?.columns.find(({ grow }) => grow === true)?.id;
  const said = state === undefined ? undefined : own?.cells[state];
  return {
    id: host.name,
    host: host.name,
    severity: quiet(worstOf([host.severity, own?.severity ?? "ok"])),
    cells: {
      ...own?.cells,
      host: cell(host.name),
      verdict: verdictCell(host.verdict, around),
      why: whyCell(host, said, around),
    },
    evidence: own?.evidence ?? [],
  };
};

// A note neither reorders the list nor takes the sign of a host that is well: only what may need a hand does.
const quiet = (severity: Severity): Severity => (severity === "info" ? "ok" : severity);

/** The one system the shell treats differently from the others. */
export const HOSTS = "host";

/** Said where several hosts are SAFE: each verdict is of that host alone. */
export const oneAtATime = ({ hosts }: Pick<Picture, "hosts">): string =>
  hosts.filter(({ verdict }) => verdict.stance === "safe").length > 1 ? "SAFE: one at a time" : "";

/** Id of the table above. */
export const HOSTS_TABLE = "hosts";

/**
 * What a pane lists: for every system its room's tables as they are, for the hosts the table above first. The overview
 * shows no more than that of the hosts; what else their room knows is seen when it is opened.
 */
export const tablesOf = (from: HostsFrom, system: SystemPicture, zoomed: boolean): readonly ListTable[] => {
  const { tables, more = [] } = system.pane;
  if (system.id !== HOSTS) return zoomed ? [...tables, ...more] : tables;
  const hosts = hostsTable(from, system);
  return zoomed ? [hosts, ...tables.slice(1), ...more] : [hosts];
};
