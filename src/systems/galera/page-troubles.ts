import type { PageTrouble } from "../sites.ts";
import type { GaleraFacts } from "./facts.ts";
import { isDown } from "./presence.ts";

/** Every member is known to be down or outside a Primary component: pages lack their database before any check says so. */
export const pageTroubles = ({ members }: GaleraFacts): readonly PageTrouble[] => {
  const refuses = members.every(
    ({ presence, view }) =>
      (view.state === "known" && !view.value.primary) || (presence.state === "known" && isDown(presence.value)),
  );
  return refuses && members.length > 0 ? [{ words: "no database", severity: "critical" }] : [];
};
