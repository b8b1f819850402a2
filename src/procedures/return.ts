import { haproxyFactsSchema } from "../systems/haproxy/facts-schema.ts";
import { allOut, allReady, allUp, checksPass, placesAreKnown, visitorsCome } from "./haproxy-gates.ts";
import { bricksOnline, healthPageGood, memberSynced, volumesMounted } from "./host-gates.ts";
import { unreadableJournal, type ProcedureKind } from "./kind.ts";
import { placesOf, placesText, readPlaces, whyNoPlaces, type Place } from "./places.ts";
import type { Gate, Procedure, Step } from "./procedure.ts";
import { returnServer } from "./server-actions.ts";
import { dumpActions, dumpsText, findDumps, readDumps, reloadKeeps, type Dump } from "./state-dumps.ts";
import { factsOf, type View } from "./view.ts";

export const returnKind: ProcedureKind = {
  name: "return",
  title: "Return a host",
  about: "gives a host its visitors back on every load balancer, when it is well",
  on: "host",
  options: [],
  whyNever: whyNoPlaces,
  plan: async ({ subject, view, reads }) => {
    const found = placesOf(subject, view);
    if (!found.ok) return found;
    const { dumps, warnings } = await findDumps(found.places, view, reads);
    const back = { host: subject, places: found.places, carries: carriesOf(subject, view), dumps };
    return {
      ok: true,
      procedure: returnProcedure(back, [...writerWarnings(subject, found.places, view), ...warnings]),
    };
  },
  replan: async ({ subject, params, view }) => {
    const places = readPlaces(params["places"] ?? "");
    const dumps = readDumps(params["dumps"]);
    if (places === undefined || dumps === undefined) return unreadableJournal("return");
    return {
      ok: true,
      procedure: returnProcedure({ host: subject, places, carries: carriesOf(subject, view), dumps }, []),
    };
  },
};

interface Return {
  readonly host: string;
  readonly places: readonly Place[];
  readonly carries: Carries;
  readonly dumps: readonly Dump[];
}

/** An active server takes the writes from the one in reserve as soon as it is UP: for a moment both get some. */
const writerWarnings = (host: string, places: readonly Place[], view: View): readonly string[] => {
  const proxies = factsOf(view, "haproxy", haproxyFactsSchema)?.proxies ?? [];
  const active = places.some(({ proxy, server }) =>
    proxies.some(
      (each) =>
        each.proxy === proxy &&
        each.carries === "database" &&
        each.servers.some((one) => one.server === server && !one.backup),
    ),
  );
  return active
    ? [
        `the database's writes come back to ${host} at once; connections that are open elsewhere write there until they end`,
      ]
    : [];
};

const carriesOf = (host: string, { cluster: { web, galera, gluster } }: View): Carries => ({
  bricks: gluster?.hosts.includes(host) === true,
  volumes: gluster?.volumes.some(({ hosts }) => hosts.includes(host)) === true,
  web: web?.hosts.includes(host) === true,
  database: galera?.members.some((member) => member.host === host) === true,
});

/** Gives a host its visitors back, when it is well. */
const returnProcedure = ({ host, places, carries, dumps }: Return, warnings: readonly string[]): Procedure => ({
  name: "return",
  subject: host,
  title: `return of ${host}`,
  params: { places: placesText(places), dumps: dumpsText(dumps) },
  warnings,
  steps: returnSteps(host, places, carries, dumps),
  undone: [allOut(places)],
});

/** A brick that was killed may need a minute to start, and Gluster another to say so. */
const BRICKS_MS = 120_000;

/** What lets its visitors down where it is not so. */
const isWell = (host: string, carries: Carries): readonly Gate[] => [
  ...(carries.web ? [healthPageGood(host)] : []),
  ...(carries.database ? [memberSynced(host)] : []),
  ...(carries.volumes ? [volumesMounted(host)] : []),
];

/** Its visitors are served from the other copies meanwhile, so it can be passed: a brick may take days to be made anew. */
const itsBricks = (host: string): Gate => ({ ...bricksOnline(host, BRICKS_MS), overridable: host });

/** For procedures that give a host back at their end. */
export const returnSteps = (
  host: string,
  places: readonly Place[],
  carries: Carries,
  dumps: readonly Dump[] = [],
): readonly Step[] => [
  {
    id: "well",
    title: `${host} is well`,
    why: "a host that is given visitors before it is well loses them",
    before: [
      placesAreKnown(places),
      ...isWell(host, carries),
      ...(carries.bricks ? [itsBricks(host)] : []),
      checksPass(places),
    ],
    actions: [],
    after: [],
    stays: "nothing: nothing was sent",
  },
  {
    id: "ready",
    title: `visitors for ${host} again`,
    why: "HAProxy takes it up as its checks say",
    // Asked again: it may have been looked at yesterday, or somebody waited here. What is ready already is not told again.
    before: [placesAreKnown(places), ...isWell(host, carries)],
    actions: places.map((place) => returnServer(place)),
    after: [allReady(places), allUp(places)],
    stays: `${host} is ready again where it was sent; midwatch journal undo puts it back into drain`,
  },
  ...(dumps.length === 0
    ? []
    : [
        {
          id: "keep-ready",
          title: "write the states down for a reload",
          why: "a reload would take it out again as it was written down when it went",
          before: [],
          actions: dumpActions(dumps, places),
          after: [reloadKeeps(dumps, places)],
          optional: true,
          stays: `${host} is back; a reload of HAProxy may take it out again`,
        } as const,
      ]),
  {
    id: "visitors",
    title: "first visitors",
    why: "what was sent is worth what arrives; a quiet site, or a server in reserve, may have none for a while",
    before: [],
    actions: [],
    after: [visitorsCome(places)],
    optional: true,
    stays: `${host} is back`,
  },
];

interface Carries {
  readonly web: boolean;
  readonly database: boolean;
  /** Copies of the volumes' files are kept there. */
  readonly bricks: boolean;
  /** Volumes are mounted there. */
  readonly volumes: boolean;
}
