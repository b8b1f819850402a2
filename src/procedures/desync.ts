import { ask } from "../connect/command.ts";
import { plural } from "../systems/format.ts";
import { setDesync, setMaintMode } from "../systems/galera/changes.ts";
import { viewCommand } from "../systems/galera/commands.ts";
import { copiesUnderWay } from "../systems/galera/copies.ts";
import { galeraFactsSchema } from "../systems/galera/schema.ts";
import type { MemberView } from "../systems/galera/parse-view.ts";
import type { Reading } from "../systems/reading.ts";
import { allUp } from "./haproxy-gates.ts";
import { memberSynced } from "./host-gates.ts";
import { unreadableJournal, type ProcedureKind } from "./kind.ts";
import { lookingGate } from "./looking-gate.ts";
import { isOut, placesOf, placesText, readPlaces, type Place } from "./places.ts";
import type { Action, Choice, Gate, GateValue, Procedure, Step } from "./procedure.ts";
import { readOnce } from "./read-once.ts";
import { factsOf, fresh, type View } from "./view.ts";

/** What somebody left on, and what clears it. */
type Left = "desync" | "maint";

export const desyncKind: ProcedureKind = {
  name: "desync",
  title: "Clear desync and maintenance mode",
  about: "puts a database member back to ordinary work that was left with wsrep_desync on, or in pxc_maint_mode",
  on: "host",
  options: [],
  plan: async ({ subject: host, view, reads }) => {
    const { galera } = view.cluster;
    if (galera?.members.some((member) => member.host === host) !== true)
      return { ok: false, why: `${host} has no database member in the inventory` };
    // Asked now, not by the watch: what is not left on any more need not be cleared.
    const own = await readOnce(reads, host, viewCommand, { flavour: galera.flavour });
    if (!own.ok) return { ok: false, why: `the member on ${host} does not say how it is: ${own.problem}` };
    const left = LEFT.filter((each) => isLeft(each, own.value));
    if (left.length === 0) {
      const mode = own.value.maintMode === undefined ? "" : `, pxc_maint_mode is ${own.value.maintMode}`;
      return { ok: false, why: `nothing to do: wsrep_desync is off on ${host}${mode}` };
    }
    const places = databasePlaces(host, view);
    return { ok: true, procedure: desyncProcedure(host, left, places) };
  },
  replan: async ({ subject, params }) => {
    const places = readPlaces(params["places"] ?? "");
    const left = LEFT.filter((each) => (params["left"] ?? "").split(" ").includes(each));
    if (places === undefined || left.length === 0) return unreadableJournal("desync");
    return { ok: true, procedure: desyncProcedure(subject, left, places) };
  },
};

const LEFT = ["desync", "maint"] as const satisfies readonly Left[];

const isLeft = (left: Left, { desync, maintMode }: Pick<MemberView, "desync" | "maintMode">): boolean =>
  left === "desync" ? desync : maintMode !== undefined && maintMode !== "DISABLED";

const viewOf = (host: string, view: View): Reading<MemberView> | undefined => {
  const member = factsOf(view, "galera", galeraFactsSchema)?.members.find((each) => each.host === host);
  return member === undefined ? undefined : fresh(member.view, view);
};

/** Where the load balancers reach it, as far as nobody holds it out there. */
const databasePlaces = (host: string, view: View): readonly Place[] => {
  const found = placesOf(host, view);
  const proxies = view.cluster.haproxy?.databaseProxies ?? [];
  return found.ok ? found.places.filter((place) => proxies.includes(place.proxy) && isOut(place, view) === false) : [];
};

const CATCH_UP_MS = 1_800_000;

const LATE = [
  { id: "wait", title: "wait as long again", leads: "wait" },
  { id: "give-up", title: "give up: put it back as it was", leads: "undo" },
  { id: "stop", title: "stop here, as it is", leads: "stop" },
] as const satisfies readonly Choice[];

const desyncProcedure = (host: string, left: readonly Left[], places: readonly Place[]): Procedure => ({
  name: "desync",
  subject: host,
  title: `clearing ${left.map((each) => NAMES[each]).join(" and ")} on ${host}`,
  params: { left: left.join(" "), places: placesText(places) },
  warnings: left.includes("desync")
    ? ["back in flow control, a member that is behind slows the others' writes until it has caught up"]
    : [],
  steps: [
    {
      id: "look",
      title: "nobody needs it as it is",
      why: "a backup or a state transfer desyncs its member on purpose, and takes that back itself",
      before: [memberPrimary(host), noCopyRuns(host), littleBehind(host)],
      actions: [],
      after: [],
      stays: "nothing: nothing was sent",
    },
    clear(host, left, places),
  ],
  undone: [],
});

const NAMES = { desync: "wsrep_desync", maint: "pxc_maint_mode" } as const;

const clear = (host: string, left: readonly Left[], places: readonly Place[]): Step => ({
  id: "clear",
  title: `${host} back to ordinary work`,
  why: "it takes part in flow control, and load balancers may use it",
  before: [],
  actions: left.map((each) => clearOne(host, each)),
  after: [memberSynced(host, CATCH_UP_MS), ...(places.length === 0 ? [] : [allUp(places)])],
  late: LATE,
  stays: `${left.map((each) => NAMES[each]).join(" and ")} was cleared on ${host}; midwatch journal undo sets it again`,
});

const clearOne = (host: string, left: Left): Action => ({
  id: `clear ${NAMES[left]} on ${host}`,
  target: host,
  ask: left === "desync" ? ask(setDesync, { on: false }) : ask(setMaintMode, { mode: "DISABLED" }),
  undo: left === "desync" ? ask(setDesync, { on: true }) : ask(setMaintMode, { mode: "MAINTENANCE" }),
  already: (view) => {
    const own = viewOf(host, view);
    return own?.state === "known" ? !isLeft(left, own.value) : undefined;
  },
});

const ofMember = (host: string, gate: Omit<Gate, "watch">, judge: (own: MemberView) => GateValue): Gate => ({
  ...gate,
  watch: () => (view) => {
    const own = viewOf(host, view);
    if (own === undefined) return { state: "unknown", value: `the member on ${host} is not watched` };
    return own.state === "unknown" ? { state: "unknown", value: own.detail } : judge(own.value);
  },
});

const memberPrimary = (host: string): Gate =>
  ofMember(
    host,
    { id: "primary", wanted: "the member is connected and Primary", deadlineMs: 20_000 },
    ({ primary, connected, clusterStatus }) => ({
      state: primary && connected ? "open" : "closed",
      value: connected ? clusterStatus : "not connected",
    }),
  );

/** Write-sets that the others would wait for. */
const FEW = 100;

const littleBehind = (host: string): Gate =>
  ofMember(
    host,
    {
      id: "little-behind",
      wanted: `at most ${FEW} write-sets wait to be applied, so that flow control holds nobody up`,
      deadlineMs: CATCH_UP_MS,
      overridable: host,
    },
    ({ recvQueue }) => ({ state: recvQueue <= FEW ? "open" : "waiting", value: plural(recvQueue, "write-set") }),
  );

const noCopyRuns = (host: string): Gate =>
  lookingGate({
    id: "no-copy",
    wanted: "no backup and no state transfer runs there",
    deadlineMs: 600_000,
    overridable: host,
    look: async (reads) => {
      const copies = await readOnce(reads, host, copiesUnderWay, undefined);
      if (!copies.ok) return { state: "unknown", value: copies.problem };
      return copies.value.length === 0
        ? { state: "open", value: "none" }
        : { state: "waiting", value: `${copies.value.join(", ")} runs` };
    },
  });
