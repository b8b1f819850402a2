import type { GaleraConfig } from "../../inventory/cluster.ts";
import { mapReading, pickReading } from "../derive.ts";
import { readingOf, unknownReading, type Reading } from "../reading.ts";
import type { Context } from "../system.ts";
import { AUDIT, auditCommand } from "./commands.ts";
import { rejoinOf, type Donor, type Rejoin } from "./gcache.ts";
import { lastView, memberAlone, type Alone, type Member } from "./member.ts";
import type { Audit } from "./parse-audit.ts";
import { isDown } from "./presence.ts";

export interface GaleraFacts {
  readonly flavour: GaleraConfig["flavour"];
  /** Members and arbitrators by the inventory. */
  readonly expectedSize: number;
  readonly arbitrators: number;
  readonly members: readonly Member[];
  /**
   * Members that say the same of the cluster stand in one group: one group is agreement, two Primary groups are a
   * split cluster. The largest first.
   */
  readonly groups: readonly Group[];
  /** Size of the Primary component as its members see it; unknown when no member says that it is in one. */
  readonly primarySize: Reading<number>;
  /** Hosts that write-sets come from now. */
  readonly writers: Reading<readonly string[]>;
  /** The tables, as one member knows them. */
  readonly audit: Reading<Audit>;
}

export interface Group {
  readonly clusterStatus: string;
  readonly primary: boolean;
  readonly size: number;
  readonly confId?: number | undefined;
  readonly clusterUuid: string;
  readonly hosts: readonly string[];
}

export const galeraFacts = (context: Context): GaleraFacts => {
  const config = context.cluster.galera;
  const alone = (config?.members ?? []).map(({ host, weight }) => memberAlone(host, weight, context));
  const arbitrators = config?.arbitrators ?? 0;
  const groups = groupsOf(alone);
  return {
    flavour: config?.flavour ?? "mariadb",
    expectedSize: alone.length + arbitrators,
    arbitrators,
    members: alone.map((member) => ({
      ...member,
      lagWriteSets: lagOf(member, alone),
      rejoin: rejoin(member, alone, context),
    })),
    groups,
    primarySize: primarySize(alone, groups),
    writers: writersOf(alone),
    audit: readingOf(context.samples.latest(auditCommand, AUDIT), (audit) => audit),
  };
};

const groupsOf = (members: readonly Alone[]): readonly Group[] => {
  const groups = new Map<string, Group>();
  for (const { host, view } of members) {
    if (view.state === "unknown") continue;
    const { clusterStatus, primary, size, confId, clusterUuid } = view.value;
    const key = `${clusterStatus} ${size} ${confId} ${clusterUuid}`;
    const hosts = [...(groups.get(key)?.hosts ?? []), host];
    groups.set(key, { clusterStatus, primary, size, confId, clusterUuid, hosts });
  }
  return [...groups.values()].toSorted((a, b) => b.hosts.length - a.hosts.length);
};

const primarySize = (members: readonly Alone[], groups: readonly Group[]): Reading<number> => {
  const group = groups.find((each) => each.primary);
  const view = members.find(({ host }) => host === group?.hosts[0])?.view;
  if (view !== undefined) return mapReading(view, ({ size }) => size);
  const dark = members.find((member) => member.view.state === "unknown")?.view;
  return groups.length === 0 && dark?.state === "unknown"
    ? unknownReading(dark.reason, "no member answers")
    : unknownReading("missing", "no member is in a Primary component");
};

const lagOf = (member: Alone, members: readonly Alone[]): Reading<number> =>
  pickReading(
    member.view,
    ({ clusterUuid, lastCommitted }) => {
      if (lastCommitted === undefined) return undefined;
      const ahead = members.map(({ view }) =>
        view.state === "known" && view.value.clusterUuid === clusterUuid ? (view.value.lastCommitted ?? 0) : 0,
      );
      return Math.max(lastCommitted, ...ahead) - lastCommitted;
    },
    "no position: not in a cluster",
  );

const writersOf = (members: readonly Alone[]): Reading<readonly string[]> => {
  const known = members.filter(({ writesPerSecond }) => writesPerSecond.state === "known");
  const [first] = known;
  if (first === undefined || first.view.state === "unknown") {
    const dark = members.find(({ view }) => view.state === "unknown" && view.reason !== "pending")?.view;
    return dark?.state === "unknown" ? dark : unknownReading("pending", "needs two samples");
  }
  const hosts = known.filter((each) => each.writesPerSecond.state === "known" && each.writesPerSecond.value > 0);
  return { ...first.view, value: hosts.map(({ host }) => host) };
};

const rejoin = (member: Alone, members: readonly Alone[], context: Context): Rejoin | undefined => {
  const { presence, grastate, host } = member;
  if (presence.state === "unknown" || !isDown(presence.value)) return undefined;
  const last = lastView(context, host);
  const sinceMs = last?.atMs ?? context.nowMs;
  const wrote = grastate.state === "known" ? grastate.value : undefined;
  const seqno = wrote?.seqno ?? last?.value.lastCommitted;
  const uuid = wrote?.uuid ?? last?.value.clusterUuid;
  if (seqno === undefined || uuid === undefined) return undefined;
  const donors = members.flatMap(({ view, gcache }): readonly Donor[] =>
    view.state === "known" && view.value.primary ? [{ ...view.value, gcache }] : [],
  );
  return rejoinOf({ uuid, seqno, sinceMs }, donors, context.nowMs);
};
