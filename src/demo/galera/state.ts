import { NODES, type NodeName } from "../layout.ts";
import { uuid, type Random } from "../random.ts";

/** The replicating group, and what each member believes of it: in a partition these differ. */
export interface GaleraState {
  readonly uuid: string;
  confId: number;
  /** Position of the last transaction the primary component ordered. */
  seqno: number;
  /** Members of the primary component; empty when quorum was lost. */
  component: readonly NodeName[];
  /** How long the reachable members have differed from the component. */
  disagreedMs: number;
  readonly members: Readonly<Record<NodeName, MemberState>>;
}

export type MemberStage = "Initialized" | "Joining" | "Donor/Desynced" | "Joined" | "Synced";

export interface MemberState {
  readonly name: NodeName;
  /** wsrep_gcomm_uuid: new at every start. */
  gcommUuid: string;
  /** Its replication port is cut off; SQL and SSH still answer. */
  isolated: boolean;
  /** The daemon answered at the last step; a start is seen by this turning true. */
  wasRunning: boolean;
  /** Since when its unit had been as it was at the last step. */
  unitSinceMs?: number | undefined;
  /** It did not stop in order: what it wrote down says nothing of its position. */
  crashed: boolean;
  /** Somebody wrote into grastate.dat that a cluster may begin here. */
  markedSafe: boolean;
  stage: MemberStage;
  stageMs: number;
  view: MemberView;
  startedAtMs: number;
  desync: boolean;
  lastCommitted: number;
  cachedDownto: number;
  readonly counters: MemberCounters;
  recvQueue: number;
  sendQueue: number;
  threadsConnected: number;
}

export interface MemberView {
  readonly status: "Primary" | "non-Primary" | "Disconnected";
  readonly size: number;
  readonly confId: number | undefined;
  readonly index: number | undefined;
}

/** Since the member's start. */
export interface MemberCounters {
  replicated: number;
  replicatedBytes: number;
  received: number;
  receivedBytes: number;
  commits: number;
  certFailures: number;
  bfAborts: number;
  pausedNs: number;
  flowControlSent: number;
  flowControlReceived: number;
  questions: number;
}

const freshCounters = (): MemberCounters => ({
  replicated: 0,
  replicatedBytes: 0,
  received: 0,
  receivedBytes: 0,
  commits: 0,
  certFailures: 0,
  bfAborts: 0,
  pausedNs: 0,
  flowControlSent: 0,
  flowControlReceived: 0,
  questions: 0,
});

/** A member that has just started forgets its counters and its gcache. */
export const restartMember = (member: MemberState, random: Random, nowMs: number): void => {
  member.gcommUuid = uuid(random);
  member.startedAtMs = nowMs;
  member.cachedDownto = member.lastCommitted + 1;
  member.desync = false;
  member.crashed = false;
  member.markedSafe = false;
  Object.assign(member.counters, freshCounters());
};

const SEQNO_AT_START = 18_204_411;
const CONF_ID_AT_START = 37;

const createMember = (name: NodeName, index: number, random: Random, nowMs: number): MemberState => ({
  name,
  gcommUuid: uuid(random),
  isolated: false,
  wasRunning: true,
  crashed: false,
  markedSafe: false,
  stage: "Synced",
  stageMs: 0,
  view: { status: "Primary", size: NODES.length, confId: CONF_ID_AT_START, index },
  startedAtMs: nowMs - (9 * 86_400 + random.between(0, 40_000)) * 1_000,
  desync: false,
  lastCommitted: SEQNO_AT_START,
  cachedDownto: SEQNO_AT_START - 241_207,
  counters: {
    ...freshCounters(),
    replicated: name === "web1" ? 2_401_822 : 0,
    replicatedBytes: name === "web1" ? 4_310_447_112 : 0,
    received: name === "web1" ? 214 : 2_402_036,
    receivedBytes: name === "web1" ? 18_944 : 4_310_466_056,
    commits: 2_402_036,
    certFailures: random.between(1, 9),
    bfAborts: random.between(1, 9),
    pausedNs: random.between(1, 9) * 1_204_117_733,
    questions: random.between(8, 14) * 1_000_000,
  },
  recvQueue: 0,
  sendQueue: 0,
  threadsConnected: 4,
});

export const createGalera = (random: Random, nowMs: number): GaleraState => ({
  uuid: uuid(random),
  confId: CONF_ID_AT_START,
  seqno: SEQNO_AT_START,
  component: NODES,
  disagreedMs: 0,
  members: {
    web1: createMember("web1", 0, random, nowMs),
    web2: createMember("web2", 1, random, nowMs),
    web3: createMember("web3", 2, random, nowMs),
  },
});
