import { systems } from "../src/systems/registry.ts";
import type { Rule } from "../src/systems/rule.ts";

/** docs/findings.md: everything midwatch may say is wrong, from the rooms' catalogues. */
export const findingsPage = (): string => `# Findings

Generated from the catalogue (\`npm run docs\`); \`midwatch explain ID\` prints one entry. A finding is raised after two bad answers in a row, or with
the first where it says *at once*; it clears after three good ones, so that the screen does not flap, and says so meanwhile (*Seems over*). What was seen once is asked
again within 2.5 s and what seems over within 5 s, however seldom it is asked otherwise; what stands, after half the time it has stood. So a finding
goes within 20 s of the first good answer, which comes within half the trouble's age or the question's interval. Thresholds stand in the inventory.
A finding that another one explains is folded under it: the headline is the cause.

${systems
  .filter((system) => system.rules.length > 0)
  .map((system) => `## ${system.title}\n\n${system.rules.map(entry).join("\n")}`)
  .join("\n")}`;

const entry = (rule: Rule): string => `### \`${rule.id}\`

- **Severity**: ${rule.severities.join(", ")}${rule.raise === "at-once" ? "; raised at once" : ""}
- **When**: ${rule.when}
- **Means**: ${rule.means}
- **Next**: ${rule.next}
- **Source**: ${rule.source}
`;
