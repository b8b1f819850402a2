import type { Finding } from "../finding.ts";
import type { Rule } from "../rule.ts";
import { auditRules } from "./rules-audit.ts";
import { clusterRules } from "./rules-cluster.ts";
import { memberRules } from "./rules-member.ts";

/** What the Galera room may say is wrong. */
export const galeraRules = [...clusterRules, ...memberRules, ...auditRules] as const satisfies readonly Rule[];

export type GaleraRuleId = (typeof galeraRules)[number]["id"];

/** A finding of this room: its id stands in the catalogue. */
export type GaleraFinding = Finding & { readonly id: GaleraRuleId };
