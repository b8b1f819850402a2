import { galeraFactsSchema } from "../systems/galera/schema.ts";
import { webFactsSchema } from "../systems/web/facts-schema.ts";
import type { Gate } from "./procedure.ts";
import { factsOf, fresh } from "./view.ts";

const HEALTH_MS = 60_000;

export const healthPageGood = (host: string, deadlineMs = HEALTH_MS): Gate => ({
  id: "health",
  wanted: "its health page is good",
  deadlineMs,
  watch: () => (view) => {
    const page = factsOf(view, "web", webFactsSchema)?.origins.find((origin) => origin.host === host)?.page;
    const now = page === undefined ? undefined : fresh(page, view);
    if (now === undefined) return { state: "unknown", value: `the web pages of ${host} are not watched` };
    if (now.state === "unknown") return { state: "unknown", value: now.detail };
    return { state: now.value.ok ? "open" : "waiting", value: now.value.words };
  },
});

/** Primary, ready and Synced by its own view: what a load balancer's check may not ask. */
export const memberSynced = (host: string, deadlineMs = HEALTH_MS): Gate => ({
  id: "synced",
  wanted: "its database member is Primary, ready and Synced",
  deadlineMs,
  watch: () => (view) => {
    const member = factsOf(view, "galera", galeraFactsSchema)?.members.find((each) => each.host === host);
    const own = member === undefined ? undefined : fresh(member.view, view);
    if (own === undefined) return { state: "unknown", value: `the member on ${host} is not watched` };
    if (own.state === "unknown") return { state: "unknown", value: own.detail };
    const { primary, ready, state, stateComment, clusterStatus } = own.value;
    const value = `${clusterStatus}, ${ready ? "ready" : "not ready"}, ${stateComment}`;
    return { state: primary && ready && state === SYNCED ? "open" : "waiting", value };
  },
});

/** wsrep_local_state. */
const SYNCED = 4;
