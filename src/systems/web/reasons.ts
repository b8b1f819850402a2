import { plural } from "../format.ts";
import { probeKey } from "../probe.ts";
import type { Reason } from "../reason.ts";
import { health, sessionSettings } from "./commands.ts";
import type { OriginFact, WebFacts } from "./facts-schema.ts";

/** Others must serve without it, and no visitor's session may live on it. */
export const webReasons = ({ origins }: WebFacts, name: string): readonly Reason[] => {
  const origin = origins.find(({ host }) => host === name);
  if (origin === undefined) return [];
  const others = origins.filter(({ host }) => host !== name);
  return [othersServe(others), ...sessionsElsewhere(origin)];
};

const othersServe = (others: readonly OriginFact[]): Reason => {
  const evidence = others.map(({ host }) => probeKey(health.id, host));
  const serving = others.filter(({ page }) => page.state === "known" && page.value.ok).map(({ host }) => host);
  const unseen = others.find(({ page }) => page.state === "unknown");
  if (unseen?.page.state === "unknown")
    return { stance: "unknown", text: `whether ${unseen.host} serves is not known: ${unseen.page.detail}`, evidence };
  if (serving.length === 0) return { stance: "no", text: "no other origin serves: the sites would be down", evidence };
  return {
    stance: "safe",
    // Whether visitors are sent to them is the load balancers' to say.
    text: `${plural(serving.length, "other origin's page is", "other origins' pages are")} good: ${serving.join(", ")}`,
    evidence,
  };
};

/** Only where the inventory says that sessions live in Redis: elsewhere pages may have none. */
const sessionsElsewhere = ({ host, sessions }: OriginFact): readonly Reason[] => {
  if (sessions === undefined) return [];
  const evidence = [probeKey(sessionSettings.id, host)];
  if (sessions.state === "unknown")
    return [
      { stance: "unknown", text: `where its visitors' sessions live is not known: ${sessions.detail}`, evidence },
    ];
  const { handler, target, where } = sessions.value;
  switch (where) {
    case "here":
      return [
        {
          stance: "no",
          text: `its visitors' sessions live on it (${handler === "files" ? "files" : (target ?? handler)}): they would be lost`,
          evidence,
        },
      ];
    case "unclear":
      return [
        {
          stance: "unknown",
          text: `its visitors' sessions are kept by ${handler} ${target ?? "at a place not seen"}, which the inventory does not know`,
          evidence,
        },
      ];
    case "elsewhere":
      return [
        { stance: "safe", text: `its visitors' sessions live in ${handler} at ${target ?? "?"}, not on it`, evidence },
      ];
  }
};
