import type { GaleraFacts } from "../../../src/systems/galera/facts.ts";
import type { Member } from "../../../src/systems/galera/member.ts";
import type { MemberView } from "../../../src/systems/galera/parse-view.ts";
import type { Presence } from "../../../src/systems/galera/presence.ts";
import { unknownReading, type Reading } from "../../../src/systems/reading.ts";
import { AT_MS } from "../kit.ts";

const known = <T>(value: T): Reading<T> => ({ state: "known", value, atMs: AT_MS });

export const dark = unknownReading("timeout", "no answer in 3 s");

const UUID = "29471782-e548-11f1-bbd5-da0e9ce27855";

/** What a member in good standing says of itself, in a component of `size` members with `weight` votes. */
const viewOf = (size: number, weight: number, change: Partial<MemberView> = {}): MemberView => ({
  wsrepOn: true,
  clusterStatus: "Primary",
  primary: true,
  connected: true,
  ready: true,
  state: 4,
  stateComment: "Synced",
  size,
  weight,
  confId: 5,
  clusterUuid: UUID,
  localUuid: UUID,
  addresses: [],
  lastCommitted: 400,
  cachedDownTo: 1,
  sendQueue: 0,
  recvQueue: 0,
  desync: false,
  maintMode: undefined,
  readOnly: false,
  rejectsQueries: false,
  version: "10.11.18-MariaDB",
  providerVersion: "26.4",
  ist: undefined,
  uptimeMs: 1_000_000,
  connections: 4,
  counters: {},
  ...change,
});

export interface ModelMember {
  readonly host: string;
  /** Its vote. */
  readonly weight: number;
  readonly presence?: Presence | "unknown";
  readonly view?: Partial<MemberView>;
}

/** Facts of a cluster in which those that are not known to be away are one component, as the room would make them. */
export const galeraModel = (members: readonly ModelMember[], arbitrators = 0): GaleraFacts => {
  const inside = members.filter(
    ({ presence = "answers", view }) => ["answers", "running", "unknown"].includes(presence) && view?.primary !== false,
  );
  const size = inside.length + arbitrators;
  const weight = inside.reduce((sum, member) => sum + member.weight, arbitrators);
  const facts = members.map((member) => memberOf(member, size, weight));
  const groups = new Map<string, GaleraFacts["groups"][number]>();
  for (const { host, view } of facts) {
    if (view.state === "unknown") continue;
    const { clusterStatus, primary, size: seen, confId, clusterUuid } = view.value;
    const key = `${clusterStatus} ${seen} ${confId} ${clusterUuid}`;
    groups.set(key, {
      clusterStatus,
      primary,
      size: seen,
      confId,
      clusterUuid,
      hosts: [...(groups.get(key)?.hosts ?? []), host],
    });
  }
  const first = [...groups.values()].find(({ primary }) => primary);
  return {
    flavour: "mariadb",
    expectedSize: members.length + arbitrators,
    arbitrators,
    members: facts,
    groups: [...groups.values()],
    primarySize: first === undefined ? unknownReading("missing", "no Primary component") : known(first.size),
    audit: dark,
    writers: known([]),
  };
};

const memberOf = ({ host, weight, presence = "answers", view }: ModelMember, size: number, votes: number): Member => {
  const answers = presence === "answers";
  return {
    host,
    weight,
    presence: presence === "unknown" ? dark : known(presence),
    view: answers ? known(viewOf(size, votes, view)) : dark,
    settings: known({ nodeName: host, sstMethod: "mariabackup", gcacheRecover: true, weight, gcacheSizeBytes: 1e8 }),
    unit: dark,
    grastate: dark,
    flowControlPaused: known(0),
    certFailuresPerSecond: known(0),
    bfAbortsPerSecond: known(0),
    conflictsPerSecond: known(0),
    backlog: known({ least: 0, most: 0, growing: false, overMs: 10_000 }),
    writesPerSecond: known(0),
    lagWriteSets: known(0),
    gcache: known({ heldWriteSets: 400 }),
  };
};
