import type { Reason } from "../reason.ts";
import type { Context } from "../system.ts";
import { balancerReasons } from "./reasons-balancer.ts";
import { backendReasons } from "./reasons-backend.ts";
import type { HaproxyFacts } from "./facts-schema.ts";

/** Visitors and the database's clients must be carried without it, through every load balancer. */
export const haproxyReasons = (facts: HaproxyFacts, host: string, { cluster }: Context): readonly Reason[] => [
  ...balancerReasons(facts, host),
  ...backendReasons(facts, host, cluster),
];
