import { duration, plural } from "../../systems/format.ts";
import { drainSteps } from "../drain.ts";
import { allUp } from "../haproxy-gates.ts";
import { placeName, type Place } from "../places.ts";
import type { Step } from "../procedure.ts";
import { returnSteps } from "../return.ts";
import type { Dump } from "../state-dumps.ts";
import { safeToTake } from "../verdict-gate.ts";
import { settled, spaceEnough } from "./gates.ts";
import type { Here } from "./here.ts";
import type { HostPlan } from "./host-plan.ts";
import { stepId } from "./nested.ts";

const VERDICT_MS = 300_000;

/** Before anybody is sent away: an upgrade that cannot end is not begun. */
export const lookFirst = (target: HostPlan): Step => ({
  id: "room",
  title: `${target.host}: room for ${plural(target.changes.length, "package")}`,
  why: "a full disk stops dpkg in the middle of a package",
  before: [spaceEnough(target)],
  actions: [],
  after: [],
  stays: "nothing was sent to this host",
});

const mayGo = ({ host }: HostPlan): Step => ({
  id: "verdict",
  title: `may ${host} be taken out`,
  why: "what it carries stands still for a moment, or moves",
  before: [safeToTake(host, VERDICT_MS)],
  actions: [],
  after: [],
  stays: "nothing was sent to this host",
});

/** Nobody is served by it any more; where nobody was, only asked whether it may go. */
export const outSteps = (here: Here): readonly Step[] => {
  const { target, plan } = here;
  const { host, places, writes } = target;
  return places.length === 0
    ? [mayGo(target)]
    : drainSteps(host, places, plan.waitMs, { writes, endWriters: plan.endWriters, dumps: dumpsFor(here) });
};

/** Where it is given back to: not where somebody else had taken it out. */
export const placesBack = ({ places, out }: HostPlan): readonly Place[] => {
  const theirs = new Set(out.map(placeName));
  return places.filter((place) => !theirs.has(placeName(place)));
};

export const backSteps = (here: Here): readonly Step[] => {
  const { target } = here;
  const { host } = target;
  const places = placesBack(target);
  return places.length === 0 ? [] : returnSteps(host, places, carriesOf(here), dumpsFor(here)).map(reversing(host));
};

const carriesOf = ({ has }: Here) => ({
  web: has.web,
  database: has.galera,
  bricks: has.gluster,
  volumes: has.gluster,
});

const dumpsFor = ({ plan, target: { places } }: Here): readonly Dump[] =>
  plan.dumps.filter((dump) => places.some(({ loadBalancer }) => loadBalancer === dump.loadBalancer));

/** Its own drain is what the return takes away. */
const reversing =
  (host: string) =>
  (step: Step): Step =>
    step.actions.length === 0
      ? step
      : { ...step, reverses: ["writer", "drain", "keep", "maint", "keep-maint"].map((id) => stepId(host, id)) };

export const settle = ({ plan, target }: Here): Step => ({
  id: "settle",
  title: `it settles for ${duration(plan.settleMs)}`,
  why: "what breaks late breaks before the next host is taken",
  before: [],
  actions: [],
  after: [settled(target.host, plan.settleMs), ...(placesBack(target).length === 0 ? [] : [allUp(placesBack(target))])],
  seals: true,
  stays: `${target.host} is upgraded and back`,
});
