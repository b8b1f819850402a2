import { plural } from "../systems/format.ts";
import { isDown } from "../systems/galera/presence.ts";
import { galeraFactsSchema } from "../systems/galera/schema.ts";
import type { Gate, GateValue } from "./procedure.ts";
import { factsOf, fresh, type View } from "./view.ts";

const LOOK_MS = 30_000;
const WHOLE_MS = 60_000;

/** Every member is known to be down, by answers of now: one that lives, or of which nothing is known, shuts it. */
export const allDown = (hosts: readonly string[]): Gate => ({
  id: "all-down",
  wanted: "no member of the database runs",
  deadlineMs: LOOK_MS,
  watch: () => (view) => areDown(hosts, view),
});

/**
 * Looked at again right before a cluster begins: between the first look and now, days may lie, and somebody may have
 * begun it elsewhere. Where it has begun here, what the others do is no matter.
 */
export const noOther = (first: string, others: readonly string[]): Gate => ({
  id: "no-other",
  wanted: `${first} is Primary already, or no other member runs`,
  deadlineMs: LOOK_MS,
  watch: () => (view) => {
    const own = memberAt(first, view)?.view;
    const now = own === undefined ? undefined : fresh(own, view);
    if (now?.state === "known" && now.value.primary) return { state: "open", value: `${first} is Primary` };
    const { state, value } = areDown(others, view);
    if (state !== "open") return { state, value };
    return { state, value: others.length === 0 ? "there is no other" : `down: ${others.join(", ")}` };
  },
});

const memberAt = (host: string, view: View) =>
  factsOf(view, "galera", galeraFactsSchema)?.members.find((each) => each.host === host);

const areDown = (hosts: readonly string[], view: View): GateValue => {
  const said = hosts.map((host) => {
    const presence = memberAt(host, view)?.presence;
    const now = presence === undefined ? undefined : fresh(presence, view);
    if (now === undefined) return { known: false, text: `${host} is not watched` };
    if (now.state === "unknown") return { known: false, text: `${host}: ${now.detail}` };
    return { known: true, text: isDown(now.value) ? "" : `${host}: ${now.value}` };
  });
  const alive = said.filter(({ known, text }) => known && text !== "").map(({ text }) => text);
  if (alive.length > 0) return { state: "closed", value: alive.join("; ") };
  const dark = said.filter(({ known }) => !known).map(({ text }) => text);
  if (dark.length > 0) return { state: "unknown", value: dark.join("; ") };
  return { state: "open", value: `all ${hosts.length} are down` };
};

/** Never open by itself: whoever begins a cluster says where. */
export const typed = (host: string): Gate => ({
  id: "typed",
  wanted: `${host} is named by whoever begins the cluster there`,
  deadlineMs: 0,
  overridable: host,
  watch: () => () => ({ state: "closed", value: "not yet" }),
});

/** All members Primary, and all of one membership. */
export const allInOne = (hosts: readonly string[]): Gate => ({
  id: "whole",
  wanted: `all ${hosts.length} members are in one cluster`,
  deadlineMs: WHOLE_MS,
  watch: () => (view) => {
    const members = factsOf(view, "galera", galeraFactsSchema)?.members ?? [];
    const views = members.map((each) => fresh(each.view, view));
    const missing = members.filter((_, at) => views[at]?.state !== "known").map(({ host }) => host);
    if (missing.length > 0 || members.length === 0)
      return { state: "unknown", value: `not known of ${missing.join(", ") || "any"}` };
    const groups = new Set(
      views.flatMap((each) =>
        each.state === "known" ? [`${each.value.clusterStatus} ${each.value.clusterUuid} ${each.value.confId}`] : [],
      ),
    );
    const [only = ""] = groups;
    return groups.size === 1 && only.startsWith("Primary ")
      ? { state: "open", value: `Primary, ${plural(members.length, "member")}` }
      : {
          state: "waiting",
          value: `${plural(groups.size, "view")} of it: ${[...groups].map((text) => text.split(" ")[0]).join(", ")}`,
        };
  },
});
