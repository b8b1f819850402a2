import { allOut, allReady, allUp, checksPass, placesAreKnown, visitorsCome } from "./haproxy-gates.ts";
import { healthPageGood, memberSynced } from "./host-gates.ts";
import { unreadableJournal, type ProcedureKind } from "./kind.ts";
import { placesOf, placesText, readPlaces, type Place } from "./places.ts";
import type { Procedure } from "./procedure.ts";
import { returnServer } from "./server-actions.ts";
import type { View } from "./view.ts";

export const returnKind: ProcedureKind = {
  name: "return",
  title: "Return a host",
  about: "gives a host its visitors back on every load balancer, when it is well",
  on: "host",
  options: [],
  plan: async ({ subject, view }) => {
    const found = placesOf(subject, view);
    if (!found.ok) return found;
    return { ok: true, procedure: returnProcedure(subject, found.places, carriesOf(subject, view)) };
  },
  replan: async ({ subject, params, view }) => {
    const places = readPlaces(params["places"] ?? "");
    if (places === undefined) return unreadableJournal("return");
    return { ok: true, procedure: returnProcedure(subject, places, carriesOf(subject, view)) };
  },
};

const carriesOf = (host: string, { cluster: { web, galera } }: View): Carries => ({
  web: web?.hosts.includes(host) === true,
  database: galera?.members.some((member) => member.host === host) === true,
});

/** Gives a host its visitors back, when it is well. */
const returnProcedure = (host: string, places: readonly Place[], carries: Carries): Procedure => ({
  name: "return",
  subject: host,
  title: `return of ${host}`,
  params: { places: placesText(places) },
  warnings: [],
  steps: [
    {
      id: "well",
      title: `${host} is well`,
      why: "a host that is given visitors before it is well loses them",
      before: [
        placesAreKnown(places),
        ...(carries.web ? [healthPageGood(host)] : []),
        ...(carries.database ? [memberSynced(host)] : []),
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
      before: [],
      actions: places.map((place) => returnServer(place)),
      after: [allReady(places), allUp(places)],
      stays: `${host} is ready again where it was sent; midwatch journal undo puts it back into drain`,
    },
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
  ],
  undone: [allOut(places)],
});

interface Carries {
  readonly web: boolean;
  readonly database: boolean;
}
