import { haproxyFactsSchema } from "../../systems/haproxy/facts-schema.ts";
import type { PlanRequest } from "../kind.ts";
import { factsOf, type View } from "../view.ts";

/** Three rounds of its probe. */
const WITHIN_MS = 20_000;

const isSilent = (view: View): boolean =>
  factsOf(view, "haproxy", haproxyFactsSchema)?.loadBalancers.some(({ answers }) => answers.state === "unknown") ===
  true;

/**
 * Where an answer of a load balancer is late, everything is asked anew and it is waited for: one busy moment is no
 * reason to refuse a plan. Whoever is silent longer than that is silent in the view that is returned, too.
 */
export const lateBalancers = async (
  { view, reads }: Pick<PlanRequest, "view" | "reads">,
  withinMs = WITHIN_MS,
): Promise<View> => {
  if (!isSilent(view)) return view;
  const stop = AbortSignal.timeout(withinMs);
  reads.refresh();
  let now = view;
  while (isSilent(now) && !stop.aborted) {
    await reads.next(stop);
    now = reads.view(view.freshAfterMs);
  }
  return now;
};
