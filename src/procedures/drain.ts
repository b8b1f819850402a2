import { durationSchema } from "../inventory/units.ts";
import { plural } from "../systems/format.ts";
import { allInMaintenance, allOut, allUp, othersCarry, placesAreKnown, sessionsEnded } from "./haproxy-gates.ts";
import { unreadableJournal, type ProcedureKind } from "./kind.ts";
import { placesOf, placesText, readPlaces, whyNoPlaces, type Place } from "./places.ts";
import type { Choice, Procedure, Step } from "./procedure.ts";
import { drainServer, endSessionsAt, stopServer } from "./server-actions.ts";
import { dumpActions, dumpsText, findDumps, readDumps, reloadKeeps, type Dump } from "./state-dumps.ts";
import { safeToTake } from "./verdict-gate.ts";
import { heirIsSynced, writerMoved, writersLeft, writingPlaces } from "./writer.ts";

interface DrainPlan {
  readonly host: string;
  readonly places: readonly Place[];
  /** How long sessions may take before somebody must decide, ms. */
  readonly waitMs: number;
  readonly beside: DrainBeside;
  readonly warnings: readonly string[];
}

/** What goes with a drain where the cluster has it. */
export interface DrainBeside {
  /** Of the places, those by which the host gets the database's writes: they move first. */
  readonly writes: readonly Place[];
  /** Whether connections to the old writer are ended when new ones go elsewhere. */
  readonly endWriters: boolean;
  /** Where server states are written down, so that a reload keeps them. */
  readonly dumps: readonly Dump[];
}

const NOTHING_BESIDE: DrainBeside = { writes: [], endWriters: false, dumps: [] };

/** How long a verdict of WAIT is waited for. */
const VERDICT_MS = 120_000;
const END_MS = 20_000;

const AT_DEADLINE = {
  maint: { id: "maint", title: "maintenance: visitors with a cookie go elsewhere", leads: "go-on" },
  shutdown: { id: "shutdown", title: "end what is still open: whoever is served there notices", leads: "go-on" },
  wait: { id: "wait", title: "wait as long again", leads: "wait" },
  "give-up": { id: "give-up", title: "give up: put the host back as it was", leads: "undo" },
  stop: { id: "stop", title: "stop here: the host stays out", leads: "stop" },
} as const satisfies Readonly<Record<string, Choice>>;

export const drainKind: ProcedureKind = {
  name: "drain",
  title: "Drain a host",
  about: "takes a host out of every load balancer, and waits until nobody is served by it",
  on: "host",
  options: [
    { name: "wait", about: "how long sessions may take to end before somebody must decide", fallback: "60s" },
    {
      name: "writer",
      about:
        "where the host is the database's writer, what becomes of connections that are open to it when writes move",
      fallback: "leave",
      choices: ["leave", "end"],
    },
  ],
  whyNever: whyNoPlaces,
  plan: async ({ subject, options, view, reads }) => {
    const wait = options.get("wait") ?? "";
    const waitMs = durationSchema.safeParse(wait);
    if (!waitMs.success) return { ok: false, why: `wait=${wait}: expected a duration such as "2m"` };
    const found = placesOf(subject, view);
    if (!found.ok) return found;
    const { places } = found;
    const { dumps, warnings } = await findDumps(places, view, reads);
    const writes = writingPlaces(subject, places, view);
    const beside = { writes, endWriters: options.get("writer") === "end", dumps };
    return {
      ok: true,
      procedure: drainProcedure({
        host: subject,
        places,
        waitMs: waitMs.data,
        beside,
        warnings: [...writerWarnings(subject, beside), ...warnings],
      }),
    };
  },
  replan: async ({ subject, params }) => {
    const places = readPlaces(params["places"] ?? "");
    const writes = readPlaces(params["writes"] ?? "[]");
    const dumps = readDumps(params["dumps"]);
    if (places === undefined || writes === undefined || dumps === undefined) return unreadableJournal("drain");
    const beside = { writes, endWriters: params["writer"] === "end", dumps };
    const waitMs = Number(params["waitMs"] ?? DEFAULT_WAIT_MS);
    return { ok: true, procedure: drainProcedure({ host: subject, places, waitMs, beside, warnings: [] }) };
  },
};

const DEFAULT_WAIT_MS = 60_000;

/** Takes a host out of every load balancer, and waits until nobody is served by it. */
const drainProcedure = ({ host, places, waitMs, beside, warnings }: DrainPlan): Procedure => ({
  name: "drain",
  subject: host,
  title: `drain of ${host}`,
  params: {
    places: placesText(places),
    waitMs: String(waitMs),
    writes: placesText(beside.writes),
    writer: beside.endWriters ? "end" : "leave",
    dumps: dumpsText(beside.dumps),
  },
  warnings,
  steps: drainSteps(host, places, waitMs, beside),
  undone: [allUp(places)],
});

/** For procedures that take a host out on their way. */
export const drainSteps = (
  host: string,
  places: readonly Place[],
  waitMs: number,
  { writes, endWriters, dumps }: DrainBeside = NOTHING_BESIDE,
): readonly Step[] => [
  mayGo(host, places),
  ...(writes.length === 0 ? [] : [moveWriter(host, writes), oldWriter(host, writes, endWriters)]),
  drain(host, places),
  ...(dumps.length === 0 ? [] : [writeDown("keep", host, places, dumps)]),
  sessions(host, places, waitMs),
  maintenance(host, places),
  ...(dumps.length === 0 ? [] : [{ ...writeDown("keep-maint", host, places, dumps), when: choseMaintenance }]),
  left(host, places),
  endSessions(host, places),
];

const mayGo = (host: string, places: readonly Place[]): Step => ({
  id: "verdict",
  title: `may ${host} be taken out`,
  why: "what it carries must be carried by the others, now and with one more loss in mind",
  before: [safeToTake(host, VERDICT_MS), placesAreKnown(places), othersCarry(places, host)],
  actions: [],
  after: [],
  stays: "nothing: nothing was sent",
});

const moveWriter = (host: string, writes: readonly Place[]): Step => ({
  id: "writer",
  title: "the database's writes move to another member",
  why: "readers go first and the writer last: what is still sent to it must have somewhere to go that has all it has",
  before: [placesAreKnown(writes), othersCarry(writes, host), heirIsSynced(writes)],
  actions: writes.map((place) => drainServer(place)),
  after: [writerMoved(host, writes)],
  stays: `new database connections go to another member than ${host}; midwatch journal undo brings them back`,
});

const oldWriter = (host: string, writes: readonly Place[], end: boolean): Step => ({
  id: "old-writer",
  title: end ? `connections to the database on ${host} end` : `connections to the database on ${host} that are open`,
  why: end
    ? "they would go on writing there; whoever has one connects again, to the new writer"
    : "they go on writing there until they end; both members take their writes, and rows written on both may collide",
  before: [],
  actions: end ? writes.map((place) => endSessionsAt(place)) : [],
  after: [writersLeft(writes)],
  optional: true,
  stays: `new database connections go to another member than ${host}; those that were open may still write there`,
});

/** A load balancer that cannot write does not keep anybody from being drained: it is told. */
const writeDown = (id: string, host: string, places: readonly Place[], dumps: readonly Dump[]): Step => ({
  id,
  title: "write the states down for a reload",
  why: "a reload would put the host back to work otherwise",
  before: [],
  actions: dumpActions(dumps, places),
  after: [reloadKeeps(dumps, places)],
  optional: true,
  stays: `${host} is out on ${list(places)}; a reload may undo that; midwatch run return --host ${host} puts it back`,
});

const drain = (host: string, places: readonly Place[]): Step => ({
  id: "drain",
  title: `no new visitors for ${host}`,
  why: "drain keeps what is open and gives it nothing new; a cookie still leads there",
  // Asked again: between the verdict and now somebody may have taken another server.
  before: [placesAreKnown(places), othersCarry(places, host)],
  actions: places.map((place) => drainServer(place)),
  after: [allOut(places)],
  stays: `${host} is in drain on ${list(places)}: it gets nothing new; midwatch journal undo puts it back`,
});

const sessions = (host: string, places: readonly Place[], waitMs: number): Step => ({
  id: "sessions",
  title: "wait for its sessions to end",
  why: "whoever is being served is served to the end; cookies may keep bringing visitors back",
  before: [],
  actions: [],
  after: [sessionsEnded(places, waitMs)],
  late: Object.values(AT_DEADLINE),
  stays: `${host} is in drain on ${list(places)}, and still serves those who have its cookie`,
});

const choseMaintenance = (answers: ReadonlyMap<string, string>): boolean =>
  answers.get("sessions") === "maint" || answers.get("sessions") === "shutdown";

const maintenance = (host: string, places: readonly Place[]): Step => ({
  id: "maint",
  title: `${host} into maintenance`,
  why: "a cookie leads to another server now; HAProxy stops checking this one",
  when: choseMaintenance,
  before: [othersCarry(places, host)],
  actions: places.map((place) => stopServer(place)),
  after: [allInMaintenance(places)],
  stays: `${host} is in maintenance on ${list(places)}; midwatch run return --host ${host} puts it back`,
});

const left = (host: string, places: readonly Place[]): Step => ({
  id: "left",
  title: "what is still open ends",
  why: "a moment for requests that are under way; the database's connections may stay for hours",
  when: choseMaintenance,
  before: [],
  actions: [],
  after: [sessionsEnded(places, END_MS, 0)],
  late: [AT_DEADLINE.shutdown, AT_DEADLINE.wait, AT_DEADLINE["give-up"], AT_DEADLINE.stop],
  stays: `${host} is in maintenance on ${list(places)}, with sessions that are still open`,
});

const endSessions = (host: string, places: readonly Place[]): Step => ({
  id: "end-sessions",
  title: "end what is still open",
  why: "it does not end by itself; whoever is served there notices",
  when: (answers) => answers.get("left") === "shutdown",
  before: [],
  actions: places.map((place) => endSessionsAt(place)),
  after: [sessionsEnded(places, END_MS, 0)],
  stays: `${host} is in maintenance on ${list(places)}, with sessions that are still open`,
});

/** `lb1 (2 servers)`. */
const list = (places: readonly Place[]): string =>
  [...Map.groupBy(places, ({ loadBalancer }) => loadBalancer)]
    .map(([name, at]) => `${name} (${plural(at.length, "server")})`)
    .join(", ");

const writerWarnings = (host: string, { writes, endWriters }: DrainBeside): readonly string[] =>
  writes.length === 0
    ? []
    : [
        `${host} is the database's writer (${writes.map(({ proxy, loadBalancer }) => `${proxy} on ${loadBalancer}`).join(", ")}): its writes move first; connections that are open ${endWriters ? "are ended then" : "write here until they end (--set writer=end ends them)"}`,
      ];
