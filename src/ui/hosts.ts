import { compareSeverity } from "../systems/finding.ts";
import { cell, type Cell, type Row } from "../systems/pane.ts";
import type { HostPicture, Picture, SystemPicture } from "../watch/picture.ts";
import type { ListTable } from "./columns.ts";

/**
 * The hosts as the overview lists them: the host room's first table, the worst host first. Where another system says
 * worse of a host than its own room does, that stands in the growing column. Equals keep the inventory's order.
 */
const hostsTable = (picture: Pick<Picture, "hosts">, system: SystemPicture): ListTable => {
  const [table] = system.pane.tables;
  if (table === undefined) return fromLinks(picture.hosts);
  const state = table.columns.find(({ grow }) => grow === true)?.id;
  const byName = new Map(picture.hosts.map((host) => [host.name, host]));
  const rows = table.rows.map((row): Row => {
    const host = byName.get(row.host ?? row.id);
    if (host === undefined || state === undefined || compareSeverity(host.severity, row.severity) <= 0) return row;
    // That a host does not answer says more than any of what follows from it.
    const said = host.link.state === "down" ? row.cells[state] : undefined;
    return { ...row, severity: host.severity, cells: { ...row.cells, [state]: said ?? stateCell(host) } };
  });
  return { ...table, growAtLeast: STATE_WIDTH, rows: rows.toSorted((a, b) => compareSeverity(rank(b), rank(a))) };
};

/** For most of what can be wrong with a host. */
const STATE_WIDTH = 28;

// Remarks do not reorder the list: only what may need a hand does.
const rank = ({ severity }: Row): Row["severity"] => (severity === "info" ? "ok" : severity);

const stateCell = ({ name, severity, finding, link }: HostPicture): Cell => {
  if (finding !== undefined) return cell(withoutName(finding.text, name), finding.severity);
  if (link.state === "connecting") return cell("connecting", "dim");
  if (link.state === "down") return cell(`${link.reason}: ${link.detail}`, "unknown");
  return cell(severity === "ok" ? "up" : severity, severity === "ok" ? "plain" : severity);
};

// The name stands beside it already.
const withoutName = (text: string, name: string): string => {
  const prefix = [`${name}: `, `${name} `].find((each) => text.startsWith(each));
  return prefix === undefined ? text : text.slice(prefix.length);
};

/** Until the host room has a table of its own. */
const fromLinks = (hosts: readonly HostPicture[]): ListTable => ({
  id: "hosts",
  columns: [
    { id: "host", title: "host", align: "left", priority: 1 },
    { id: "state", title: "state", align: "left", priority: 1, grow: true },
  ],
  rows: hosts.map((host) => ({
    id: host.name,
    host: host.name,
    severity: host.severity,
    cells: { host: cell(host.name), state: stateCell(host) },
    evidence: [],
  })),
});

/** The one system the shell treats differently from the others. */
export const HOSTS = "host";

/**
 * What a pane lists: for every system its room's tables as they are, for the hosts the table above first. The overview
 * shows no more than that of the hosts; what else their room knows is seen when it is opened.
 */
export const tablesOf = (
  picture: Pick<Picture, "hosts">,
  system: SystemPicture,
  zoomed: boolean,
): readonly ListTable[] => {
  if (system.id !== HOSTS) return system.pane.tables;
  const hosts = hostsTable(picture, system);
  return zoomed ? [hosts, ...system.pane.tables.slice(1)] : [hosts];
};
