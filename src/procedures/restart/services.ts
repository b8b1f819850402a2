import { haproxyFactsSchema } from "../../systems/haproxy/facts-schema.ts";
import { webFactsSchema } from "../../systems/web/facts-schema.ts";
import { factsOf, type View } from "../view.ts";

/** What is lost, and what must be looked at, when a service is restarted. */
export type ServiceKind = "web" | "fpm" | "database" | "cache" | "lock-store" | "haproxy" | "glusterd" | "plain";

/** A service of a host as the inventory knows it. */
export interface Service {
  /** As `--set service=` takes it. */
  readonly name: string;
  /** Units it may be, the likeliest first. */
  readonly units: readonly string[];
  readonly kind: ServiceKind;
  /** A Redis instance's name. */
  readonly instance?: string;
}

/** Services that have an answer to "take up your configuration" which cuts nobody off. */
export const RELOADS: ReadonlySet<ServiceKind> = new Set(["web", "fpm", "haproxy"]);

const unit = (name: string): string => (name.endsWith(".service") ? name : `${name}.service`);
const bare = (name: string): string => name.replace(/\.service$/, "");

/** The services of one host, by inventory and by what is seen there. */
export const servicesOf = (host: string, view: View): readonly Service[] => {
  const { web, galera, gluster, redis, haproxy } = view.cluster;
  const services: Service[] = [];
  const add = (name: string, kind: ServiceKind, units: readonly string[], instance?: string): void => {
    services.push({ name, kind, units: units.map(unit), ...(instance === undefined ? {} : { instance }) });
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
  // The first that keeps sessions keeps the cluster's lock too.
  const lockStore = redis.find(({ purpose }) => purpose === "sessions")?.name;
  for (const each of redis.filter((instance) => instance.host === host)) {
    const many = redis.filter((instance) => instance.host === host).length > 1;
    const named = [each.port, each.name].flatMap((which) => [`redis-server@${which}`, `redis@${which}`]);
    add(
      `redis-${each.name}`,
      each.name === lockStore ? "lock-store" : "cache",
      // Of several on one host the plain unit could be any.
      many ? named : [...named, "redis-server", "redis"],
      each.name,
    );
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
