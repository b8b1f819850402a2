import type { PageTrouble } from "../sites.ts";
import type { WebFacts } from "./facts-schema.ts";

/** Origins whose health page is known to fail: what their visitors get, whatever a load balancer's own check makes of it. */
export const pageTroubles = ({ origins }: WebFacts): readonly PageTrouble[] =>
  origins.flatMap(({ host, page, health }): readonly PageTrouble[] => {
    if (health.state === "known" && health.value.source)
      return [{ host, words: "PHP shown as source", severity: "critical" }];
    if (page.state === "unknown" || page.value.ok) return [];
    return [{ host, words: `health page ${page.value.words}`, severity: "warning" }];
  });
