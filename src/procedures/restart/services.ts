import { haproxyFactsSchema } from "../../systems/haproxy/facts-schema.ts";
import { webFactsSchema } from "../../systems/web/facts-schema.ts";
import { factsOf, type View } from "../view.ts";

/** What is lost, and what must be looked at, when a service is restarted. */
export type ServiceKind = "web" | "fpm" | "database" | "cache" | "kept-redis" | "haproxy" | "glusterd" | "plain";

/** A service of a host as the inventory knows it. */
export interface Service {
  /** As `--set service=` takes it. */
  readonly name: string;
  /** Units it may be, the likeliest first. */
  readonly units: readonly string[];
  readonly kind: ServiceKind;
  /** A Redis instance's name. */
  readonly instance?: string;
  /** Of a Redis that must not go away under a procedure: what it keeps. */
  readonly keeps?: string;
}

/** Services that have an answer to "take up your configuration" which cuts nobody off. */
export const RELOADS: ReadonlySet<ServiceKind> = new Set(["web", "fpm", "haproxy"]);

const unit = (name: string): string => (name.endsWith(".service") ? name : `${name}.service`);
const bare = (name: string): string => name.replace(/\.service$/, "");

/** The services of one host, by inventory and by what is seen there. */
export const servicesOf = (host: string, view: View): readonly Service[] => {
  const { web, galera, gluster, redis, haproxy, lockRedis } = view.cluster;
  const services: Service[] = [];
  const add = (name: string, kind: ServiceKind, units: readonly string[]): void => {
    services.push({ name, kind, units: units.map(unit) });
  };
  if (web?.hosts.includes(host) === true) {
    add(bare(web.service), "web", [web.service]);
    for (const fpm of fpmUnits(host, view)) add(bare(fpm), "fpm", [fpm]);
  }
  if (galera?.members.some((member) => member.host === host) === true)
    add(bare(galera.service), "database", [galera.service, `${bare(galera.service)}@bootstrap`]);
  if (gluster?.hosts.includes(host) === true) add(bare(gluster.service), "glusterd", [gluster.service]);
  if (haproxy?.loadBalancers.some((balancer) => balancer.host === host) === true)
    add("haproxy", "haproxy", ["haproxy"]);
  for (const each of redis.filter((instance) => instance.host === host)) {
    const many = redis.filter((instance) => instance.host === host).length > 1;
    const named = [each.port, each.name].flatMap((which) => [`redis-server@${which}`, `redis@${which}`]);
    const keeps = [
      ...(each.purpose === "sessions" ? ["the visitors' sessions"] : []),
      ...(each.name === lockRedis ? ["midwatch's own lock"] : []),
    ].join(" and ");
    services.push({
      name: `redis-${each.name}`,
      kind: keeps === "" ? "cache" : "kept-redis",
      // Of several on one host the plain unit could be any.
      units: (many ? named : [...named, "redis-server", "redis"]).map(unit),
      instance: each.name,
      ...(keeps === "" ? {} : { keeps }),
    });
  }
  add("cron", "plain", ["cron", "crond"]);
  return services;
};

const fpmUnits = (host: string, view: View): readonly string[] => {
  const configured = view.cluster.web?.fpm ?? [];
  if (configured.length > 0) return configured;
  const php = factsOf(view, "web", webFactsSchema)?.origins.find((origin) => origin.host === host)?.php;
  if (php?.state !== "known" || php.value.how !== "fpm" || php.value.version === undefined) return [];
  return php.value.version.split(", ").map((version) => `php${version}-fpm`);
};

export const serviceNamed = (services: readonly Service[], name: string): Service | undefined =>
  services.find((service) => service.name === bare(name)) ?? services.find(({ units }) => units.includes(unit(name)));

/** Connections that are open through one load balancer now. */
export const openThrough = (host: string, view: View): number | undefined => {
  const facts = factsOf(view, "haproxy", haproxyFactsSchema);
  const process = facts?.loadBalancers.find((balancer) => balancer.host === host)?.process;
  return process?.state === "known" ? process.value.connections : undefined;
};
