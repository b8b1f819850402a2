import { plural } from "../systems/format.ts";
import { galeraFactsSchema } from "../systems/galera/schema.ts";
import { haproxyFactsSchema } from "../systems/haproxy/facts-schema.ts";
import { isUsable } from "../systems/haproxy/views.ts";
import type { Place } from "./places.ts";
import type { Gate, GateValue } from "./procedure.ts";
import { factsOf, fresh, type View } from "./view.ts";

const ANSWER_MS = 20_000;

/** Of these places, those by which the host gets the database's writes now. */
export const writingPlaces = (host: string, places: readonly Place[], view: View): readonly Place[] => {
  const writers = factsOf(view, "haproxy", haproxyFactsSchema)?.writers ?? [];
  return places.filter(({ proxy, loadBalancer, server }) =>
    writers.some(
      ({ to, ...each }) =>
        each.proxy === proxy &&
        each.loadBalancer === loadBalancer &&
        to.state === "known" &&
        to.value.hosts.includes(host) &&
        to.value.servers.includes(server),
    ),
  );
};

/** Who gets the writes of a place when its own server is out: as HAProxy chooses, the other active ones, else the first backup. */
const heirsOf = ({ proxy, loadBalancer, server }: Place, view: View): readonly string[] => {
  const servers = factsOf(view, "haproxy", haproxyFactsSchema)?.proxies.find((each) => each.proxy === proxy)?.servers;
  const usable = (servers ?? []).filter((each) => {
    const seen = each.views.find((of) => of.loadBalancer === loadBalancer)?.view;
    const now = seen === undefined ? undefined : fresh(seen, view);
    return each.server !== server && now?.state === "known" && isUsable(now.value);
  });
  const active = usable.filter(({ backup }) => !backup);
  return (active.length > 0 ? active : usable.slice(0, 1)).map((each) => each.host ?? each.server);
};

/** wsrep_local_state. */
const SYNCED = 4;

/** The member that gets the writes has everything the writer has, by its own view. */
export const heirIsSynced = (writes: readonly Place[]): Gate => ({
  id: "heir-synced",
  wanted: "the member that gets the writes is Primary, ready and Synced, and takes writes",
  deadlineMs: ANSWER_MS,
  watch: () => (view) => {
    const heirs = [...new Set(writes.flatMap((place) => heirsOf(place, view)))];
    if (heirs.length === 0) return { state: "waiting", value: "no load balancer names one yet" };
    const found = heirs.map((heir) => memberIs(heir, view));
    return (
      found.find(({ state }) => state !== "open") ?? {
        state: "open",
        value: found.map(({ value }) => value).join("; "),
      }
    );
  },
});

const memberIs = (host: string, view: View): GateValue => {
  const member = factsOf(view, "galera", galeraFactsSchema)?.members.find((each) => each.host === host);
  const own = member === undefined ? undefined : fresh(member.view, view);
  // A database that is no Galera has no state to ask for: its load balancer's checks stand for it.
  if (own === undefined)
    return view.cluster.galera === undefined
      ? { state: "open", value: `${host}, by HAProxy's checks` }
      : { state: "unknown", value: `${host} is no member that is watched` };
  if (own.state === "unknown") return { state: "unknown", value: `${host}: ${own.detail}` };
  const { primary, ready, state, stateComment, readOnly, rejectsQueries } = own.value;
  if (readOnly || rejectsQueries) return { state: "waiting", value: `${host} takes no writes` };
  const well = primary && ready && state === SYNCED;
  return { state: well ? "open" : "waiting", value: `${host} ${primary ? "Primary" : "not Primary"}, ${stateComment}` };
};

/** New connections of the database go elsewhere, on every load balancer. */
export const writerMoved = (host: string, writes: readonly Place[]): Gate => ({
  id: "writer-moved",
  wanted: "new database connections go to another member",
  deadlineMs: ANSWER_MS,
  watch: () => (view) => {
    const writers = factsOf(view, "haproxy", haproxyFactsSchema)?.writers ?? [];
    const now = writes.map(({ proxy, loadBalancer }) => {
      const writer = writers.find((each) => each.proxy === proxy && each.loadBalancer === loadBalancer);
      const to = writer === undefined ? undefined : fresh(writer.to, view);
      return { at: `${proxy} on ${loadBalancer}`, hosts: to?.state === "known" ? to.value.hosts : undefined };
    });
    const words = now.map(({ at, hosts }) => `${at}: ${hosts?.join(", ") ?? "?"}`).join("; ");
    if (now.some(({ hosts }) => hosts === undefined)) return { state: "unknown", value: words };
    const moved = now.every(({ hosts = [] }) => hosts.length > 0 && !hosts.includes(host));
    return { state: moved ? "open" : "waiting", value: words };
  },
});

/** Only told: who is connected to the old writer writes there until the connection ends. */
export const writersLeft = (writes: readonly Place[]): Gate => ({
  id: "writers-left",
  wanted: "nobody writes through the old writer any more",
  deadlineMs: 8_000,
  watch: () => (view) => {
    const servers = factsOf(view, "haproxy", haproxyFactsSchema)?.proxies ?? [];
    let left = 0;
    for (const { proxy, loadBalancer, server } of writes) {
      const views = servers.find((each) => each.proxy === proxy)?.servers.find((each) => each.server === server)?.views;
      const seen = views?.find((each) => each.loadBalancer === loadBalancer)?.view;
      const now = seen === undefined ? undefined : fresh(seen, view);
      if (now?.state !== "known") return { state: "unknown", value: "how many are open is not known yet" };
      left += now.value.sessions;
    }
    return left === 0
      ? { state: "open", value: "0 connections" }
      : { state: "waiting", value: `${plural(left, "connection")} still open there` };
  },
});
