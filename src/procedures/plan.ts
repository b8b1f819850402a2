import { haproxyFactsSchema } from "../systems/haproxy/facts-schema.ts";
import { drainProcedure } from "./drain.ts";
import { placesOf, readPlaces, writesGoTo, type Place } from "./places.ts";
import type { Procedure } from "./procedure.ts";
import { returnProcedure } from "./return.ts";
import { factsOf, type View } from "./view.ts";

export const PROCEDURES = ["drain", "return"] as const;
export type ProcedureName = (typeof PROCEDURES)[number];

export interface PlanOptions {
  /** How long a drain waits for sessions before somebody must decide, ms. */
  readonly waitMs: number;
}

export type Planned =
  | { readonly ok: true; readonly procedure: Procedure }
  | { readonly ok: false; readonly why: string };

/** Makes a procedure for a host from what is seen of the cluster now. */
export const planProcedure = (name: ProcedureName, host: string, view: View, options: PlanOptions): Planned => {
  const found = placesOf(host, view);
  if (!found.ok) return found;
  return { ok: true, procedure: made(name, host, found.places, view, options) };
};

/** The same procedure again, from its journal: nothing of what it was made from need be there any more. */
export const replanProcedure = (
  name: string,
  host: string,
  params: Readonly<Record<string, string>>,
  view: View,
): Planned => {
  const places = readPlaces(params["places"] ?? "");
  const known = PROCEDURES.find((each) => each === name);
  if (places === undefined || known === undefined)
    return { ok: false, why: `this midwatch cannot go on with "${name}": its journal is of another version` };
  return {
    ok: true,
    procedure: made(known, host, places, view, { waitMs: Number(params["waitMs"] ?? DEFAULT_WAIT_MS) }),
  };
};

const DEFAULT_WAIT_MS = 60_000;

const made = (
  name: ProcedureName,
  host: string,
  places: readonly Place[],
  view: View,
  { waitMs }: PlanOptions,
): Procedure => {
  const { web, galera } = view.cluster;
  switch (name) {
    case "drain":
      return drainProcedure({ host, places, waitMs, warnings: warningsOf(host, places, view) });
    case "return":
      return returnProcedure(host, places, {
        web: web?.hosts.includes(host) === true,
        database: galera?.members.some((member) => member.host === host) === true,
      });
  }
};

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
