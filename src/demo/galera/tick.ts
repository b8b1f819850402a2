import { isRunning } from "../host/state.ts";
import { NODES, type NodeName } from "../layout.ts";
import { writer } from "../haproxy/state.ts";
import type { World } from "../world.ts";
import { restartMember, type MemberState } from "./state.ts";

/** evs.suspect_timeout: how long a silent member is waited for before the others go on without it. */
const SUSPECT_MS = 5_000;
/** Who comes is taken in at once; a moment for the handshake. */
const JOIN_MS = 1_000;
const JOINING_MS = 6_000;
const JOINED_MS = 2_000;
const BYTES_PER_WRITE = 1_790;

export const tickGalera = (world: World, stepMs: number): void => {
  const { galera } = world;
  for (const name of NODES) noticeStart(world, galera.members[name]);
  const reachable = reachableIn(world);
  if (sameMembers(reachable, galera.component)) galera.disagreedMs = 0;
  else galera.disagreedMs += stepMs;
  const left = galera.component.filter((name) => leftGracefully(world, name));
  const lost = galera.component.some((name) => !reachable.includes(name));
  if (left.length > 0 || galera.disagreedMs >= (lost ? SUSPECT_MS : JOIN_MS)) changeView(world, reachable, left);
  for (const name of NODES) advanceStage(world, galera.members[name], stepMs);
  replicate(world, stepMs);
};

/** Has every member noticed what happened, and ended what it began? */
export const isGaleraSettled = (world: World): boolean => {
  const { component, members } = world.galera;
  const agreed = component.length === 0 || sameMembers(reachableIn(world), component);
  return agreed && NODES.every((name) => !["Joining", "Joined"].includes(members[name].stage));
};

const reachableIn = (world: World): readonly NodeName[] => NODES.filter((name) => isReachable(world, name));

const isReachable = (world: World, name: NodeName): boolean =>
  isRunning(world.hosts[name], "mariadb") && !world.galera.members[name].isolated;

/** A stopped daemon says goodbye; a crash or a lost host does not. */
const leftGracefully = (world: World, name: NodeName): boolean =>
  world.hosts[name].up && world.hosts[name].units.get("mariadb")?.active === "inactive";

const sameMembers = (a: readonly NodeName[], b: readonly NodeName[]): boolean =>
  a.length === b.length && a.every((name) => b.includes(name));

const noticeStart = (world: World, member: MemberState): void => {
  const running = isRunning(world.hosts[member.name], "mariadb");
  if (running && !member.wasRunning) restartMember(member, world.random, world.nowMs);
  const sinceMs = world.hosts[member.name].units.get("mariadb")?.sinceMs;
  const restarted = running && member.wasRunning && sinceMs !== (member.unitSinceMs ?? sinceMs);
  member.unitSinceMs = sinceMs;
  if (restarted) {
    // Gone in order and there again within one step: the others have seen it go.
    restartMember(member, world.random, world.nowMs);
    const others = reachableIn(world).filter((name) => name !== member.name);
    if (world.galera.component.includes(member.name)) changeView(world, others, [member.name]);
  }
  if (!running && member.wasRunning)
    member.crashed = world.hosts[member.name].units.get("mariadb")?.active !== "inactive";
  if (!running) {
    member.stage = "Initialized";
    member.view = { status: "Disconnected", size: 0, confId: undefined, index: undefined };
  }
  member.wasRunning = running;
};

/** `galera_new_cluster`: a member alone is Primary, and what it has is what the cluster has. */
export const beginCluster = (world: World, name: NodeName): void => {
  const { galera, hosts, random, nowMs } = world;
  const member = galera.members[name];
  const unit = hosts[name].units.get("mariadb");
  if (unit === undefined) return;
  Object.assign(unit, {
    active: "active",
    sub: "running",
    result: "success",
    sinceMs: nowMs,
    pid: random.between(2_000, 30_000),
  });
  restartMember(member, random, nowMs);
  member.wasRunning = true;
  member.unitSinceMs = nowMs;
  galera.component = [name];
  galera.confId += 1;
  galera.seqno = member.lastCommitted;
  enter(member, { size: 1, confId: galera.confId, index: 0 });
};

/** Quorum as Galera counts it: those who left with a goodbye no longer count, the lost ones do. */
const changeView = (world: World, reachable: readonly NodeName[], left: readonly NodeName[]): void => {
  const { galera } = world;
  galera.disagreedMs = 0;
  const counted = galera.component.filter((name) => !left.includes(name));
  const survivors = counted.filter((name) => reachable.includes(name));
  // pc.recovery: when all are back after quorum was lost, they remember whom they belonged with.
  const complete = counted.length === 0 && reachable.length === NODES.length;
  const quorum = complete || survivors.length * 2 > counted.length;
  galera.component = quorum ? reachable : [];
  if (quorum) galera.confId += 1;
  for (const name of NODES) {
    const member = galera.members[name];
    const index = galera.component.indexOf(name);
    if (index >= 0) enter(member, { size: galera.component.length, confId: galera.confId, index });
    else if (isRunning(world.hosts[name], "mariadb")) loseQuorum(member, member.isolated ? 1 : reachable.length);
  }
};

const enter = (
  member: MemberState,
  view: { readonly size: number; readonly confId: number; readonly index: number },
): void => {
  const isNew = member.view.status !== "Primary";
  member.view = { status: "Primary", ...view };
  if (!isNew) return;
  member.stage = "Joining";
  member.stageMs = 0;
};

const loseQuorum = (member: MemberState, size: number): void => {
  member.view = { status: "non-Primary", size, confId: undefined, index: 0 };
  member.stage = "Initialized";
};

const advanceStage = (world: World, member: MemberState, stepMs: number): void => {
  member.stageMs += stepMs;
  if (member.stage === "Joining" && member.stageMs >= JOINING_MS) {
    member.stage = "Joined";
    member.stageMs = 0;
    member.lastCommitted = world.galera.seqno;
  } else if (member.stage === "Joined" && member.stageMs >= JOINED_MS) {
    member.stage = "Synced";
  }
};

/** Every write the sites make reaches the writer, and from there every member that keeps up. */
const replicate = (world: World, stepMs: number): void => {
  const { galera, random } = world;
  const to = writer(world.haproxy);
  const seconds = stepMs / 1_000;
  const active = to !== undefined && galera.component.includes(to) && galera.members[to].stage === "Synced";
  const writes = active ? random.count(world.traffic.writesPerSecond * seconds) : 0;
  galera.seqno += writes;
  for (const name of NODES) {
    const member = galera.members[name];
    if (member.stage === "Initialized" || member.stage === "Joining") continue;
    const { counters } = member;
    member.recvQueue = name !== to && random.next() < 0.06 ? random.between(1, 4) : 0;
    member.sendQueue = name === to && random.next() < 0.03 ? 1 : 0;
    member.lastCommitted = galera.seqno - Math.min(member.recvQueue, writes);
    counters.commits += writes;
    if (name === to) counters.replicated += writes;
    else counters.received += writes;
    if (name === to) counters.replicatedBytes += writes * BYTES_PER_WRITE;
    else counters.receivedBytes += writes * BYTES_PER_WRITE;
    const paused = random.next() < 0.04 * seconds ? random.between(1, 12) : 0;
    counters.pausedNs += paused * 1_000_000;
    counters.flowControlReceived += paused > 0 ? 1 : 0;
    counters.certFailures += random.next() < 0.004 * seconds ? 1 : 0;
    counters.bfAborts += random.next() < 0.004 * seconds ? 1 : 0;
    const reads = name === to ? world.traffic.requestsPerSecond * 6 * seconds : 2 * seconds;
    counters.questions += writes + random.count(reads);
    member.threadsConnected = name === to ? 4 + Math.round(world.traffic.requestsPerSecond / 4) : 3;
  }
};
