import { durationSchema } from "../inventory/units.ts";
import { plural } from "../systems/format.ts";
import { haproxyFactsSchema } from "../systems/haproxy/facts-schema.ts";
import { allInMaintenance, allOut, allUp, othersCarry, placesAreKnown, sessionsEnded } from "./haproxy-gates.ts";
import { unreadableJournal, type ProcedureKind } from "./kind.ts";
import { placesOf, placesText, readPlaces, writesGoTo, type Place } from "./places.ts";
import type { Choice, Procedure, Step } from "./procedure.ts";
import { drainServer, endSessionsAt, stopServer } from "./server-actions.ts";
import { safeToTake } from "./verdict-gate.ts";
import { factsOf, type View } from "./view.ts";

interface DrainPlan {
  readonly host: string;
  readonly places: readonly Place[];
  /** How long sessions may take before somebody must decide, ms. */
  readonly waitMs: number;
  readonly warnings: readonly string[];
}

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
  options: [{ name: "wait", about: "how long sessions may take to end before somebody must decide", fallback: "60s" }],
  plan: async ({ subject, options, view }) => {
    const wait = options.get("wait") ?? "";
    const waitMs = durationSchema.safeParse(wait);
    if (!waitMs.success) return { ok: false, why: `wait=${wait}: expected a duration such as "2m"` };
    const found = placesOf(subject, view);
    if (!found.ok) return found;
    const { places } = found;
    const warnings = warningsOf(subject, places, view);
    return { ok: true, procedure: drainProcedure({ host: subject, places, waitMs: waitMs.data, warnings }) };
  },
  replan: async ({ subject, params, view }) => {
    const places = readPlaces(params["places"] ?? "");
    if (places === undefined) return unreadableJournal("drain");
    const warnings = warningsOf(subject, places, view);
    const waitMs = Number(params["waitMs"] ?? DEFAULT_WAIT_MS);
    return { ok: true, procedure: drainProcedure({ host: subject, places, waitMs, warnings }) };
  },
};

const DEFAULT_WAIT_MS = 60_000;

/** Takes a host out of every load balancer, and waits until nobody is served by it. */
const drainProcedure = ({ host, places, waitMs, warnings }: DrainPlan): Procedure => ({
  name: "drain",
  subject: host,
  title: `drain of ${host}`,
  params: { places: placesText(places), waitMs: String(waitMs) },
  warnings,
  steps: [
    mayGo(host, places),
    drain(host, places),
    sessions(host, places, waitMs),
    maintenance(host, places),
    left(host, places),
    endSessions(host, places),
  ],
  undone: [allUp(places)],
});

const mayGo = (host: string, places: readonly Place[]): Step => ({
  id: "verdict",
  title: `may ${host} be taken out`,
  why: "what it carries must be carried by the others, now and with one more loss in mind",
  before: [safeToTake(host, VERDICT_MS), placesAreKnown(places), othersCarry(places, host)],
  actions: [],
  after: [],
  stays: "nothing: nothing was sent",
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

const warningsOf = (host: string, places: readonly Place[], view: View): readonly string[] => {
  const facts = factsOf(view, "haproxy", haproxyFactsSchema);
  const writes = writesGoTo(host, facts);
  const forgetful = (facts?.loadBalancers ?? []).filter(
    ({ host: name, reloadKeepsStates }) =>
      places.some(({ loadBalancer }) => loadBalancer === name) &&
      !(reloadKeepsStates.state === "known" && reloadKeepsStates.value),
  );
  return [
    ...(writes.length === 0
      ? []
      : [
          `${host} is the database's writer (${writes.join(", ")}): new connections go to the next member, those that are open keep writing here until they end`,
        ]),
    ...forgetful.map(
      ({ host: name }) =>
        `a reload of HAProxy on ${name} undoes this: its configuration loads no server-state-file, or that is not known`,
    ),
    ...(facts?.loadBalancers ?? [])
      .filter((each) => !forgetful.includes(each) && places.some(({ loadBalancer }) => loadBalancer === each.host))
      .map(({ host: name }) => `a reload of HAProxy on ${name} undoes this unless server states are dumped before`),
  ];
};
