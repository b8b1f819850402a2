import type { GaleraConfig } from "../../inventory/cluster.ts";
import { allUp, placesAreKnown } from "../haproxy-gates.ts";
import { healthPageGood, memberSynced } from "../host-gates.ts";
import { placesText, type Place } from "../places.ts";
import type { Choice, Gate, Procedure, Step } from "../procedure.ts";
import { webServedElsewhere } from "../served-elsewhere.ts";
import { dumpActions, dumpsText, reloadKeeps, type Dump } from "../state-dumps.ts";
import { asPlanned, reload, restart, unitRuns, type UnitOnHost } from "../unit-actions.ts";
import { firstUnits, stopFirstOn } from "../upgrade/actions.ts";
import { unitsDown } from "../upgrade/stopped-gates.ts";
import { safeToTake } from "../verdict-gate.ts";
import type { View } from "../view.ts";
import {
  bricksStay,
  configurationPasses,
  redisAnswers,
  sizeAsBefore,
  somebodyIsPrimary,
  statesAsBefore,
  writesElsewhere,
} from "./gates.ts";
import type { ServiceKind } from "./services.ts";

export interface RestartPlan {
  readonly host: string;
  readonly name: string;
  readonly kind: Exclude<ServiceKind, "kept-redis">;
  readonly unit: string;
  readonly how: "restart" | "reload";
  /** Its last change of state when this was planned, by the host's clock. */
  readonly sinceMs?: number | undefined;
  /** Where Percona's member runs by the unit its cluster began on: that unit, and its last change of state. */
  readonly first?: string | undefined;
  readonly firstSinceMs?: number | undefined;
  readonly wasRunning: boolean;
  readonly instance?: string | undefined;
  /** Of a load balancer, its servers; of a database, its own places. */
  readonly places: readonly Place[];
  /** Those that were out. */
  readonly out: readonly Place[];
  readonly dumps: readonly Dump[];
  /** Members in the cluster, or bricks on the host, that there are to be. */
  readonly size: number;
}

const VERDICT_MS = 120_000;
const RUN_MS = 60_000;
/** A member may be catching up for long before systemd calls it started. */
const DATABASE_MS = 1_800_000;

const LATE = [
  { id: "wait", title: "wait as long again", leads: "wait" },
  { id: "stop", title: "stop here, as it is", leads: "stop" },
] as const satisfies readonly Choice[];

/** Restarts one service. There is nothing to take back: what was cut off stays cut off. */
export const restartProcedure = (plan: RestartPlan, warnings: readonly string[], view: View): Procedure => {
  const { host, name, kind, how, places, dumps } = plan;
  const verb = plan.wasRunning ? how : "start";
  return {
    name: "restart",
    subject: host,
    title: `${verb} of ${name} on ${host}`,
    params: paramsOf(plan),
    warnings,
    steps: [
      {
        id: "look",
        title: `may ${name} on ${host} be away for a moment`,
        why: "what it does must be done by others meanwhile, or be missed by nobody",
        before: [...mayBeAway(plan, view), asPlanned(runningUnitOf(plan))],
        actions: [],
        after: [],
        stays: "nothing: nothing was sent",
      },
      ...(kind === "haproxy" && dumps.length > 0 ? [keepStates(host, places, dumps)] : []),
      ...(plan.first === undefined || view.cluster.galera === undefined
        ? []
        : [stopFirst(host, name, view.cluster.galera)]),
      carryOut(plan, verb),
    ],
    undone: [],
  };
};

const unitOf = ({ host, unit, sinceMs }: RestartPlan): UnitOnHost => ({ host, unit, sinceMs });

const runningUnitOf = (plan: RestartPlan): UnitOnHost =>
  plan.first === undefined ? unitOf(plan) : { host: plan.host, unit: plan.first, sinceMs: plan.firstSinceMs };

const stopFirst = (host: string, name: string, galera: GaleraConfig): Step => ({
  id: "leave",
  title: `${name} stops as the member its cluster began on`,
  why: "started again as that it would begin another cluster; it joins this one by its own unit",
  before: [somebodyIsPrimary(host)],
  actions: stopFirstOn(host, galera),
  after: [unitsDown(host, [galera.service, ...firstUnits(galera)])],
  late: LATE,
  stays: `${name} on ${host} is stopped: sudo systemctl start ${galera.service}`,
});

const mayBeAway = (plan: RestartPlan, view: View): readonly Gate[] => {
  const { host, kind, how, places, wasRunning } = plan;
  switch (kind) {
    case "web":
    case "fpm": {
      const service = view.cluster.web?.service;
      return [
        ...(how === "reload" ? [] : [webServedElsewhere(host, view)]),
        ...(kind === "web" && service !== undefined ? [configurationPasses(host, service)] : []),
      ];
    }
    case "database":
      return wasRunning
        ? [somebodyIsPrimary(host), safeToTake(host, VERDICT_MS), writesElsewhere(host)]
        : [somebodyIsPrimary(host)];
    case "haproxy":
      return [
        configurationPasses(host, "haproxy"),
        ...(wasRunning ? [placesAreKnown(places)] : []),
        ...(wasRunning && how === "restart" ? [safeToTake(host, VERDICT_MS)] : []),
      ];
    case "cache":
    case "glusterd":
    case "plain":
      return [];
  }
};

const keepStates = (host: string, places: readonly Place[], dumps: readonly Dump[]): Step => ({
  id: "keep",
  title: "write server states down",
  why: "HAProxy forgets who is drained unless it was written down where it looks when it starts",
  before: [],
  actions: dumpActions(dumps, places),
  after: [reloadKeeps(dumps, places)],
  late: LATE,
  stays: `server states of ${host} are written down; nothing else was sent`,
});

const carryOut = (plan: RestartPlan, verb: string): Step => {
  const { name, host, kind, how, wasRunning } = plan;
  const of = unitOf(plan);
  const isRestart = how === "restart" || !wasRunning;
  const deadlineMs = kind === "database" ? DATABASE_MS : RUN_MS;
  return {
    id: "restart",
    title: `${verb} ${name}`,
    why: "systemd goes on with it when the line is lost",
    before: [],
    actions: [isRestart ? restart(of) : reload(of)],
    after: [unitRuns(of, { restarted: isRestart, deadlineMs }), ...wellAgain(plan)],
    late: LATE,
    stays: `${name} on ${host} was told to ${verb}; whether it is well is not known: midwatch status`,
  };
};

const wellAgain = ({ host, kind, instance, places, out, size }: RestartPlan): readonly Gate[] => {
  switch (kind) {
    case "web":
    case "fpm":
      return [healthPageGood(host)];
    case "database": {
      const inUse = places.filter((place) => !out.some((each) => samePlace(each, place)));
      return [memberSynced(host, DATABASE_MS), sizeAsBefore(size), ...(inUse.length === 0 ? [] : [allUp(inUse)])];
    }
    case "cache":
      return instance === undefined ? [] : [redisAnswers(instance)];
    case "haproxy":
      return places.length === 0 ? [] : [placesAreKnown(places), statesAsBefore(out, places)];
    case "glusterd":
      return [bricksStay(host, size)];
    case "plain":
      return [];
  }
};

const samePlace = (a: Place, b: Place): boolean =>
  a.loadBalancer === b.loadBalancer && a.proxy === b.proxy && a.server === b.server;

const paramsOf = (plan: RestartPlan): Readonly<Record<string, string>> => ({
  name: plan.name,
  kind: plan.kind,
  unit: plan.unit,
  how: plan.how,
  ...(plan.sinceMs === undefined ? {} : { sinceMs: String(plan.sinceMs) }),
  ...(plan.first === undefined ? {} : { first: plan.first }),
  ...(plan.firstSinceMs === undefined ? {} : { firstSinceMs: String(plan.firstSinceMs) }),
  wasRunning: String(plan.wasRunning),
  ...(plan.instance === undefined ? {} : { instance: plan.instance }),
  places: placesText(plan.places),
  out: placesText(plan.out),
  dumps: dumpsText(plan.dumps),
  size: String(plan.size),
});
