import type { Cluster } from "../inventory/cluster.ts";
import type { Outcome } from "./access.ts";
import type { Ask } from "./command.ts";
import { shortText } from "./failure.ts";
import { grantFault, type OperatorGrant } from "./grant.ts";
import { pend } from "./pending.ts";
import { routesOf, type Routes } from "./routes.ts";
import type { SshSessions } from "./ssh/sessions.ts";

/** One change, ready to be sent. */
export interface Order {
  /** A host name (host, sql, haproxy) or a Redis instance name. */
  readonly target: string;
  readonly ask: Ask<"change">;
  /** Which part of a procedure it is, for the journal and the audit. */
  readonly about?: { readonly step: string; readonly action: string; readonly undo: boolean };
}

export type ChangeOutcome =
  /** The other side took it. `value` is what the command's parser made of its answer. */
  | { readonly state: "done"; readonly value: unknown }
  /** Nothing was sent. */
  | { readonly state: "refused"; readonly why: string }
  /** The other side says that it did not do it. */
  | { readonly state: "failed"; readonly why: string }
  /** It may have arrived: only a look at the other side tells. */
  | { readonly state: "in-doubt"; readonly why: string };

/**
 * The one door through which commands that change something leave. It exists only where an operator's grant does, and
 * the grant is looked at again for every command.
 */
export interface Door {
  readonly grant: OperatorGrant;
  /** Sent once, never again by itself; settles at the command's deadline at the latest; never rejects. */
  readonly send: (order: Order) => Promise<ChangeOutcome>;
  readonly close: () => void;
}

/** `sessions` are shared with read access and stay open when the door closes. */
export const openDoor = (cluster: Cluster, sessions: SshSessions, grant: OperatorGrant): Door => {
  const routes = routesOf(cluster, sessions);
  return {
    grant,
    send: async (order) => {
      const fault = grantFault(grant) ?? orderFault(order);
      if (fault !== undefined) return { state: "refused", why: fault };
      const outcome =
        order.ask.send.kind === "host"
          ? await sessions.order(order.target, order.ask, grant)
          : await ask(routes, order);
      return outcome === undefined
        ? { state: "refused", why: `the inventory of ${cluster.name} has no ${order.ask.kind} on ${order.target}` }
        : judged(order.ask, outcome);
    },
    close: () => {
      for (const route of Object.values(routes)) for (const connector of route.values()) connector.close();
    },
  };
};

/** The type says so already; this is for what was talked past it. */
const orderFault = ({ ask: { effect, commandId } }: { readonly ask: { effect: string; commandId: string } }) =>
  effect === "change" ? undefined : `${commandId} was not sent: it is a question, not a change`;

const ask = async (routes: Routes, { target, ask: change }: Order): Promise<Outcome | undefined> => {
  const connector = change.kind === "host" ? undefined : routes[change.kind].get(target);
  if (connector === undefined) return undefined;
  const { promise, resolve } = Promise.withResolvers<Outcome>();
  const pending = pend(change, connector.where, resolve);
  // Not awaited: it may hang, and the ask has its own deadline.
  connector.ask([pending]).catch((error: unknown) => {
    pending.fail({ reason: "failed", detail: `${connector.where}: ${shortText(String(error))}` });
  });
  return promise;
};

/** No answer is no refusal: what was on its way when the connection broke may have been done. */
const IN_DOUBT: ReadonlySet<string> = new Set(["timeout", "unreachable", "unreadable", "stale", "pending"]);

const judged = (change: Ask<"change">, outcome: Outcome): ChangeOutcome => {
  if (!outcome.ok) return { state: IN_DOUBT.has(outcome.reason) ? "in-doubt" : "failed", why: outcome.detail };
  const answer = change.parse(outcome.reply);
  if (answer.ok) return { state: "done", value: answer.value };
  return { state: answer.reason === "unreadable" ? "in-doubt" : "failed", why: answer.problem };
};

/** What is written down around every change, before it is sent and when it has been. */
export interface ChangeRecord {
  /** Resolves when it is on disk; a rejection keeps the change from being sent. */
  readonly before: (order: Order) => Promise<void>;
  readonly after: (order: Order, outcome: ChangeOutcome) => Promise<void>;
}

/** The door as procedures have it: nothing leaves that is not written down first, or that the cluster's lock forbids. */
export type Control = Pick<Door, "send">;

export interface ControlOptions {
  readonly door: Door;
  /** Asked before every change: why it may not be sent now, or undefined. */
  readonly forbidden: () => Promise<string | undefined>;
  /** Of one change; outermost first. */
  readonly records: readonly ChangeRecord[];
}

export const openControl = ({ door, forbidden, records }: ControlOptions): Control => ({
  send: async (order) => {
    const outcome = await guarded(door, forbidden, records, order);
    for (const record of records) await record.after(order, outcome);
    return outcome;
  },
});

const guarded = async (
  door: Door,
  forbidden: ControlOptions["forbidden"],
  records: readonly ChangeRecord[],
  order: Order,
): Promise<ChangeOutcome> => {
  try {
    for (const record of records) await record.before(order);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { state: "refused", why: `not sent: it could not be written down first (${shortText(why)})` };
  }
  // Last of all: between this and the sending nothing is waited for.
  const why = await forbidden();
  return why === undefined ? door.send(order) : { state: "refused", why };
};
