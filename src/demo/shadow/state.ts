import { MASTER, NODES, type NodeName } from "../layout.ts";

/** The three-minute rsync between the origin's files and the replicated copy, per node. */
export interface ShadowState {
  /** Sub-servers the master's run has still to call. */
  toCall: readonly NodeName[];
  /** Those it called in vain. */
  failedSubs: readonly NodeName[];
  /** Nodes with the file beside the script that keeps it from copying. */
  readonly paused: Set<NodeName>;
  readonly nodes: Readonly<Record<NodeName, SyncState>>;
}

export interface SyncState {
  readonly name: NodeName;
  startedAtMs: number;
  finishedAtMs: number;
  succeededAtMs: number;
  /** Of the last run. */
  changed: number;
  deleted: number;
  /** 0 ok; rsync's or the guard's exit code else. */
  exitCode: number;
  /** Still to run, in ms; undefined when nothing runs. */
  runningMs: number | undefined;
  pid: number;
  untilNextMs: number;
  /** Files that differ between source and target, and such as would be deleted. */
  drifted: number;
  surplus: number;
}

/** What the script's guard exits with when its target is not a mount. */
export const NOT_MOUNTED = 2;
export const SYNC_EVERY_MS = 180_000;
const SYNC_TAKES_MS = 6_000;
/** What the master's script exits with when a sub-server could not be called. */
export const SUB_FAILED = 4;

const create = (name: NodeName, nowMs: number): SyncState => {
  const ago = name === MASTER ? 96_000 : 90_000;
  return {
    name,
    startedAtMs: nowMs - ago,
    finishedAtMs: nowMs - ago + SYNC_TAKES_MS,
    succeededAtMs: nowMs - ago + SYNC_TAKES_MS,
    changed: 2,
    deleted: 0,
    exitCode: 0,
    runningMs: undefined,
    pid: 21_477,
    untilNextMs: name === MASTER ? SYNC_EVERY_MS - ago : 0,
    drifted: 0,
    surplus: 0,
  };
};

export const createShadow = (nowMs: number): ShadowState => {
  const [web1, web2, web3] = NODES;
  return {
    toCall: [],
    failedSubs: [],
    paused: new Set(),
    nodes: { web1: create(web1, nowMs), web2: create(web2, nowMs), web3: create(web3, nowMs) },
  };
};
