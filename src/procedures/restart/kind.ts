import { z } from "zod";
import { galeraFactsSchema } from "../../systems/galera/schema.ts";
import { glusterFactsSchema } from "../../systems/gluster/schema.ts";
import { haproxyFactsSchema } from "../../systems/haproxy/facts-schema.ts";
import { liveliest, unitName, type UnitState } from "../../systems/unit.ts";
import { unreadableJournal, type Planned, type PlanRequest, type ProcedureKind } from "../kind.ts";
import { isOut, readPlaces, type Place } from "../places.ts";
import { findDumps, readDumps } from "../state-dumps.ts";
import { loadedUnits } from "../unit-actions.ts";
import { firstUnits } from "../upgrade/actions.ts";
import { factsOf, type View } from "../view.ts";
import { restartProcedure, type RestartPlan } from "./procedure.ts";
import { openThrough, RELOADS, serviceNamed, servicesOf, type Service } from "./services.ts";

export const restartKind: ProcedureKind = {
  name: "restart",
  title: "Restart a service",
  about: "restarts or reloads one service of a host, when the others carry what it does, and waits until it is well",
  on: "host",
  options: [
    { name: "service", about: "such as apache2, mariadb, haproxy, glusterd, redis-cache, cron", fallback: "" },
    {
      name: "how",
      about: "restart; reload: take up the configuration and cut nobody off, where the service can",
      fallback: "restart",
      choices: ["restart", "reload"],
    },
  ],
  plan: async (request) => {
    const { subject: host, options, view } = request;
    const services = servicesOf(host, view);
    const names = services.map(({ name }) => name).join(", ");
    const given = options.get("service") ?? "";
    const service = serviceNamed(services, given);
    if (given === "") return { ok: false, why: `say which service of ${host}: --set service=NAME, one of ${names}` };
    if (service === undefined)
      return { ok: false, why: `${host} has no service "${given}" that midwatch knows; it has ${names}` };
    const how = options.get("how") === "reload" ? "reload" : "restart";
    const why = refusal(service, how, host);
    return why === undefined ? planOf(request, service, how) : { ok: false, why };
  },
  replan: async ({ subject, params, view }) => {
    const plan = planSchema.safeParse(params);
    const [places, out, dumps] = [
      readPlaces(params["places"] ?? ""),
      readPlaces(params["out"] ?? ""),
      readDumps(params["dumps"]),
    ];
    if (!plan.success || places === undefined || out === undefined || dumps === undefined)
      return unreadableJournal("restart");
    return { ok: true, procedure: restartProcedure({ ...plan.data, host: subject, places, out, dumps }, [], view) };
  },
};

const planSchema = z.object({
  name: z.string(),
  kind: z.enum(["web", "fpm", "database", "cache", "haproxy", "glusterd", "plain"]),
  // A word of a command for root, from a journal that may be another's: never an option.
  unit: z.string().regex(/^[A-Za-z\d][\w.@:\\-]*$/),
  how: z.enum(["restart", "reload"]),
  sinceMs: z.coerce.number().optional(),
  first: z
    .string()
    .regex(/^[A-Za-z\d][\w.@:\\-]*$/)
    .optional(),
  firstSinceMs: z.coerce.number().optional(),
  wasRunning: z.stringbool(),
  instance: z.string().optional(),
  size: z.coerce.number(),
});

const refusal = (
  { name, kind, units, keeps }: Service,
  how: "restart" | "reload",
  host: string,
): string | undefined => {
  if (how === "reload" && !RELOADS.has(kind)) return `${name} has no reload: --set how=restart`;
  if (keeps !== undefined)
    return `${name} keeps ${keeps}, which must not go away under a procedure; by hand, after a save: redis-cli SAVE, then on ${host}: sudo systemctl restart ${units[0] ?? name}`;
  return undefined;
};

const planOf = async (
  { subject: host, view, reads }: PlanRequest,
  service: Service,
  how: "restart" | "reload",
): Promise<Planned> => {
  const { kind, name, units, instance } = service;
  const loaded = await loadedUnits(reads, host, units);
  if (!loaded.ok) return { ok: false, why: loaded.problem };
  // By what it is not: the inventory may name it by an alias.
  const own = loaded.value.find(({ id }) => !id.endsWith("@bootstrap.service"));
  const first = kind === "database" ? runningFirst(loaded.value, view) : undefined;
  // By the unit a cluster begins on a member is never started again: it would begin another one.
  const unit = kind === "database" ? own : liveliest(loaded.value);
  if (unit === undefined || kind === "kept-redis")
    return { ok: false, why: `systemd on ${host} knows none of ${kind === "database" ? units[0] : units.join(", ")}` };
  const places = placesAt(service, host, view);
  const found = kind === "haproxy" ? await findDumps(places, view, reads) : { dumps: [], warnings: [] };
  const out = places.filter((place) => isOut(place, view) === true);
  const plan: RestartPlan = {
    host,
    name,
    kind,
    unit: unit.id,
    how,
    ...(unit.sinceMs === undefined ? {} : { sinceMs: unit.sinceMs }),
    ...(first === undefined ? {} : { first: first.id, firstSinceMs: first.sinceMs }),
    wasRunning: unit.active === "active" || first !== undefined,
    ...(instance === undefined ? {} : { instance }),
    places,
    out,
    dumps: found.dumps,
    size: sizeBefore(service, host, view),
  };
  const warnings = warningsOf(plan, found.dumps.length > 0 || kind !== "haproxy", view);
  return {
    ok: true,
    procedure: restartProcedure(plan, [...warnings, ...(out.length > 0 ? found.warnings : [])], view),
  };
};

/** The unit by which Percona's first member runs since the cluster began on it. */
const runningFirst = (units: readonly UnitState[], { cluster: { galera } }: View): UnitState | undefined => {
  const names = galera === undefined ? [] : firstUnits(galera).map((name) => unitName(name));
  return units.find(({ id, active }) => names.includes(id) && active !== "inactive" && active !== "failed");
};

/** A load balancer's own servers, or the places by which a host's database is reached. */
const placesAt = ({ kind }: Service, host: string, view: View): readonly Place[] => {
  const proxies = factsOf(view, "haproxy", haproxyFactsSchema)?.proxies ?? [];
  return proxies.flatMap(({ proxy, carries, servers }) =>
    servers.flatMap(({ server, host: behind, views }) =>
      views
        .filter(({ loadBalancer, view: seen }) =>
          kind === "haproxy"
            ? loadBalancer === host && seen.state === "known"
            : kind === "database" && carries === "database" && behind === host && seen.state === "known",
        )
        .map(({ loadBalancer }): Place => ({ loadBalancer, proxy, server })),
    ),
  );
};

/** How many there were: members in the cluster, or bricks on the host. */
const sizeBefore = ({ kind }: Service, host: string, view: View): number => {
  if (kind === "database") {
    const facts = factsOf(view, "galera", galeraFactsSchema);
    const views = facts?.members.map(({ host: name, view: own }) => ({ name, own })) ?? [];
    const sizes = views.flatMap(({ own }) => (own.state === "known" && own.value.primary ? [own.value.size] : []));
    // Where nobody says how many there are, all are to be there.
    if (sizes.length === 0) return facts?.expectedSize ?? 0;
    const self = views.find(({ name }) => name === host)?.own;
    // One that is known to be out comes on top of those that are in.
    const isOutside = self !== undefined && !(self.state === "known" && self.value.primary);
    return Math.min(Math.max(...sizes) + (isOutside ? 1 : 0), facts?.expectedSize ?? Number.MAX_SAFE_INTEGER);
  }
  if (kind !== "glusterd") return 0;
  const own = factsOf(view, "gluster", glusterFactsSchema)?.hosts.find((each) => each.host === host);
  return own?.brickProcesses.state === "known" ? own.brickProcesses.value : 0;
};

const warningsOf = (
  { host, kind, how, wasRunning, out }: RestartPlan,
  keeps: boolean,
  view: View,
): readonly string[] => {
  if (!wasRunning) return ["it does not run now: this starts it"];
  switch (kind) {
    case "web":
      return how === "reload"
        ? ["whoever is being served is served to the end"]
        : [`requests under way are cut off; drained first, nobody notices: midwatch run drain --host ${host}`];
    case "fpm":
      return how === "reload" ? [] : ["pages under way are cut off; --set how=reload lets them end"];
    case "database":
      return [
        "connections to this member are cut off; it comes back by IST while a donor's gcache holds what it missed, by a full copy otherwise",
      ];
    case "cache":
      return ["the cache is empty afterwards, unless it is saved to disk: pages are slower until it is filled"];
    case "haproxy": {
      const open = openThrough(host, view);
      return [
        how === "reload"
          ? "connections that are open are served to the end by the old process; its counters and stick tables begin anew"
          : `every connection through ${host} is cut off${open === undefined ? "" : `, ${open} now`}, and nobody is let in for a moment; --set how=reload cuts nobody off`,
        ...(out.length > 0 && !keeps ? [`${out.length} servers are out and would be back in`] : []),
      ];
    }
    case "glusterd":
      return ["bricks and mounts go on without it; nothing can be asked of the pool through this host meanwhile"];
    case "plain":
      return [];
  }
};
