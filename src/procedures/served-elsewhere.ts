import { haproxyFactsSchema } from "../systems/haproxy/facts-schema.ts";
import { webFactsSchema } from "../systems/web/facts-schema.ts";
import { isOut, othersAt, placesOf, seenAt, type Place } from "./places.ts";
import type { Gate, GateValue } from "./procedure.ts";
import { factsOf, fresh, type View } from "./view.ts";

/** Long enough for two rounds of the probes of services. */
const ANSWER_MS = 25_000;

/** What a host's web server serves through the load balancers; nothing where none is known or can be asked. */
const webPlacesOf = (host: string, view: View): readonly Place[] => {
  const found = placesOf(host, view);
  if (!found.ok) return [];
  const web = factsOf(view, "haproxy", haproxyFactsSchema)?.proxies.filter(({ carries }) => carries !== "database");
  return found.places.filter(({ proxy }) => web?.some((each) => each.proxy === proxy) === true);
};

/**
 * May this host's web server be away for a moment? A host whose pages fail serves nobody, so the verdict is not asked;
 * one that is out of balance neither; of all others somebody else must carry the visitors, and that is never overridden.
 * Without a load balancer nobody can know, so it must be typed.
 */
export const webServedElsewhere = (host: string, view: View): Gate => ({
  id: "served-elsewhere",
  wanted: `${host} serves nobody now, or others carry its visitors`,
  deadlineMs: ANSWER_MS,
  ...(view.cluster.haproxy === undefined ? { overridable: host } : {}),
  watch: () => (now) => webServed(host, now),
});

const webServed = (host: string, view: View): GateValue => {
  const page = factsOf(view, "web", webFactsSchema)?.origins.find((origin) => origin.host === host)?.page;
  const asked = page === undefined ? undefined : fresh(page, view);
  if (asked?.state === "known" && !asked.value.ok)
    return { state: "open", value: `it serves nobody: its health page ${asked.value.words}` };
  if (view.cluster.haproxy === undefined)
    return { state: "closed", value: "no load balancer is known: its visitors come directly" };
  const found = placesOf(host, view);
  if (!found.ok && !isNowhere(host, view)) return { state: "unknown", value: found.why };
  const places = webPlacesOf(host, view);
  if (places.length === 0) return { state: "open", value: "no load balancer sends visitors here" };
  if (places.every((place) => isOut(place, view) === true && isEmpty(place, view)))
    return { state: "open", value: "out of balance, 0 sessions" };
  const others = places.map((place) => ({ place, names: othersAt(place, host, view) }));
  const alone = others.find(({ names }) => names?.length === 0);
  if (alone !== undefined)
    return {
      state: "closed",
      value: `the last server of ${alone.place.proxy} that is up on ${alone.place.loadBalancer}`,
    };
  if (others.some(({ names }) => names === undefined))
    return { state: "unknown", value: "what the others carry is not known yet" };
  return {
    state: "open",
    value: others
      .map(({ place, names = [] }) => `${place.proxy} on ${place.loadBalancer}: ${names.join(", ")}`)
      .join("; "),
  };
};

/** No load balancer has a server on it, and all of them say so now. */
const isNowhere = (host: string, view: View): boolean => {
  const facts = factsOf(view, "haproxy", haproxyFactsSchema);
  return (
    facts !== undefined &&
    facts.loadBalancers.every(({ answers }) => fresh(answers, view).state === "known") &&
    !facts.proxies.some(({ servers }) => servers.some((server) => server.host === host))
  );
};

const isEmpty = (place: Place, view: View): boolean => {
  const seen = seenAt(place, view);
  return seen.state === "known" && seen.value.sessions === 0;
};
