import { noneCell, toned } from "../cells.ts";
import { cell, type Cell, type Table } from "../pane.ts";
import { probeKey } from "../probe.ts";
import { rowSeverity } from "../severity.ts";
import type { Context } from "../system.ts";
import { viewCommand } from "./commands.ts";
import type { GaleraFacts } from "./facts.ts";
import { viewCell } from "./member-cell.ts";
import type { Member } from "./member.ts";
import type { MemberView } from "./parse-view.ts";

/** What members must say alike, and what it is called where one does not. */
const COMPARED = [
  { id: "status", word: "status", of: ({ clusterStatus }: MemberView) => clusterStatus },
  { id: "size", word: "size", of: ({ size }: MemberView) => String(size) },
  { id: "conf", word: "membership", of: ({ confId }: MemberView) => String(confId ?? "-") },
  { id: "cluster", word: "cluster", of: ({ clusterUuid }: MemberView) => clusterUuid.slice(0, 8) },
  { id: "sees", word: "members", of: ({ addresses }: MemberView) => [...addresses].toSorted().join(" ") },
] as const;

/**
 * Each member's own view of the cluster, below each other: a partition is seen as one. What differs from what most say
 * is marked; where as many say one as the other, from the first.
 */
export const viewsTable = (facts: GaleraFacts, context: Context): Table => {
  const most = new Map(COMPARED.map(({ id, of }) => [id, commonest(facts.members, of)]));
  return {
    id: "views",
    title: "the members' own views",
    compares: true,
    columns: [
      { id: "member", title: "member", align: "left", priority: 1, maxWidth: 16 },
      { id: "agrees", title: "agrees", align: "left", priority: 1, grow: true },
      { id: "status", title: "component", align: "left", priority: 1, maxWidth: 16 },
      { id: "size", title: "size", align: "right", priority: 1 },
      { id: "conf", title: "membership", align: "right", priority: 2 },
      { id: "cluster", title: "cluster", align: "left", priority: 2, maxWidth: 10 },
      { id: "sees", title: "members seen", align: "left", priority: 3, maxWidth: 40 },
    ],
    rows: facts.members.map((member) => {
      const { host, view, presence } = member;
      const differing =
        view.state === "unknown" ? [] : COMPARED.filter(({ id, of }) => of(view.value) !== most.get(id));
      const isOdd = (id: string): boolean => differing.some((each) => each.id === id);
      const shown = (id: string, show: (value: MemberView) => string): Cell =>
        viewCell(member, (value) => toned(`${isOdd(id) ? "≠ " : ""}${show(value)}`, isOdd(id), "critical"));
      return {
        id: `view ${host}`,
        severity: differing.length > 0 ? "critical" : rowSeverity([], host, presence),
        host,
        cells: {
          member: cell(host),
          agrees: view.state === "unknown" ? noneCell : agreement(differing.map(({ word }) => word)),
          status: shown("status", ({ clusterStatus }) => clusterStatus),
          size: shown("size", ({ size }) => String(size)),
          conf: shown("conf", ({ confId }) => String(confId ?? "-")),
          cluster: shown("cluster", ({ clusterUuid }) => clusterUuid.slice(0, 8)),
          sees: shown("sees", ({ addresses }) => addresses.map((address) => nameOf(address, context)).join(" ")),
        },
        evidence: [probeKey(viewCommand.id, host)],
      };
    }),
    empty: "no members in the inventory",
  };
};

const agreement = (words: readonly string[]): Cell =>
  words.length === 0 ? cell("yes") : cell(`≠ ${words.join(", ")}`, "critical");

const commonest = (members: readonly Member[], of: (view: MemberView) => string): string | undefined => {
  const said = members.flatMap(({ view }) => (view.state === "known" ? [of(view.value)] : []));
  return [...Map.groupBy(said, (value) => value)].toSorted(([, a], [, b]) => b.length - a.length)[0]?.[0];
};

/** `10.77.0.11:0` is what a member calls another; the inventory's name where it has that address. */
const nameOf = (address: string, { cluster }: Context): string => {
  const bare = address.replace(/:\d+$/, "");
  return cluster.hosts.find((host) => host.address === bare || host.name === bare)?.name ?? bare;
};
