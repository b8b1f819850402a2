import { z } from "zod";
import { haproxyFactsSchema, type ServerView } from "../systems/haproxy/facts-schema.ts";
import { isNameable } from "../systems/haproxy/changes.ts";
import { isUsable } from "../systems/haproxy/views.ts";
import { unknownReading, type Reading } from "../systems/reading.ts";
import { factsOf, fresh, type View } from "./view.ts";

/** One server of one proxy on one load balancer: where a host gets its visitors from. */
export interface Place {
  readonly loadBalancer: string;
  readonly proxy: string;
  readonly server: string;
}

const placesSchema = z.array(z.object({ loadBalancer: z.string(), proxy: z.string(), server: z.string() }));

/** As a procedure's parameter, so that it can be made again while a load balancer does not answer. */
export const placesText = (places: readonly Place[]): string => JSON.stringify(places);

export const readPlaces = (text: string): readonly Place[] | undefined => {
  try {
    return placesSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
};

export const placeName = ({ loadBalancer, proxy, server }: Place): string => `${proxy}/${server} on ${loadBalancer}`;

export type Found =
  | { readonly ok: true; readonly places: readonly Place[] }
  | { readonly ok: false; readonly why: string };

/** Every place a host has, on every load balancer. One that does not answer could hide a place, so it is an error. */
export const placesOf = (host: string, view: View): Found => {
  const facts = factsOf(view, "haproxy", haproxyFactsSchema);
  if (facts === undefined) return { ok: false, why: `${view.cluster.name} has no load balancer in its inventory` };
  const silent = facts.loadBalancers.flatMap(({ host: name, answers }) =>
    answers.state === "unknown" ? [`HAProxy on ${name}: ${answers.detail}`] : [],
  );
  if (silent.length > 0) return { ok: false, why: `not every load balancer can be asked: ${silent.join("; ")}` };
  const places = facts.proxies.flatMap(({ proxy, servers }) =>
    servers
      .filter((server) => server.host === host)
      .flatMap(({ server, views }) =>
        views
          .filter((each) => each.view.state === "known")
          .map(({ loadBalancer }): Place => ({ loadBalancer, proxy, server })),
      ),
  );
  if (places.length === 0) {
    const isBalancer = facts.loadBalancers.some((each) => each.host === host);
    return {
      ok: false,
      why: `no load balancer has a server on ${host}${isBalancer ? ", which is one itself" : ""}`,
    };
  }
  const odd = places.find((place) => !isNameable(place));
  return odd === undefined
    ? { ok: true, places }
    : { ok: false, why: `${placeName(odd)} has a name that cannot stand in a command` };
};

/** Why a host has no place and will have none; undefined where it has, and while somebody's silence could hide one. */
export const whyNoPlaces = (host: string, view: View): string | undefined => {
  const balancers = factsOf(view, "haproxy", haproxyFactsSchema)?.loadBalancers ?? [];
  const found = placesOf(host, view);
  return found.ok || balancers.some(({ answers }) => answers.state === "unknown") ? undefined : found.why;
};

/** A place as its load balancer sees it, by a sample as fresh as the view wants it. */
export const seenAt = (place: Place, view: View): Reading<ServerView> => {
  const facts = factsOf(view, "haproxy", haproxyFactsSchema);
  const server = facts?.proxies
    .find(({ proxy }) => proxy === place.proxy)
    ?.servers.find((each) => each.server === place.server);
  const seen = server?.views.find(({ loadBalancer }) => loadBalancer === place.loadBalancer)?.view;
  return seen === undefined ? unknownReading("missing", `${placeName(place)} is not seen`) : fresh(seen, view);
};

/** Who may set it out of use, as far as it is known and fresh. */
export const adminAt = (place: Place, view: View): ServerView["admin"] => {
  const seen = seenAt(place, view);
  return seen.state === "known" ? fresh(seen.value.admin, view) : seen;
};

/** Undefined while it is not known. */
type Answer = boolean | undefined;

const byAdmin =
  (holds: (admin: { readonly drain: boolean; readonly maintenance: boolean }) => boolean) =>
  (place: Place, view: View): Answer => {
    const admin = adminAt(place, view);
    return admin.state === "known" ? holds(admin.value) : undefined;
  };

export const isOut = byAdmin(({ drain, maintenance }) => drain || maintenance);
export const isInMaintenance = byAdmin(({ maintenance }) => maintenance);
export const isReady = byAdmin(({ drain, maintenance }) => !drain && !maintenance);

/** Other servers that could take the visitors of this place, on its own load balancer; undefined when not known. */
export const othersAt = (place: Place, host: string, view: View): readonly string[] | undefined => {
  const facts = factsOf(view, "haproxy", haproxyFactsSchema);
  const proxy = facts?.proxies.find((each) => each.proxy === place.proxy);
  if (proxy === undefined) return undefined;
  const others = proxy.servers.filter((each) => each.host !== host && each.server !== place.server);
  const seen = others.flatMap((each) => {
    const reading = each.views.find(({ loadBalancer }) => loadBalancer === place.loadBalancer)?.view;
    return reading === undefined ? [] : [{ server: each.server, reading: fresh(reading, view) }];
  });
  // A server that this load balancer does not have is no loss; one that is not known may be down.
  const known = seen.flatMap(({ server, reading }) =>
    reading.state === "known" && isUsable(reading.value) ? [server] : [],
  );
  const dark = seen.some(({ reading }) => reading.state === "unknown" && reading.reason !== "missing");
  return known.length === 0 && dark ? undefined : known;
};
