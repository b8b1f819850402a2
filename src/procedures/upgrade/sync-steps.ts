import type { Step } from "../procedure.ts";
import { noSyncRuns } from "../shadow-sync-gates.ts";
import { pause, resume } from "./actions.ts";
import { syncIsPaused } from "./gates.ts";
import type { Here } from "./here.ts";
import { stepId } from "./nested.ts";

const scriptOf = ({ cluster }: Here): string | undefined => cluster.shadow?.script;

export const pauseStep = (here: Here): readonly Step[] => {
  const { cluster, plan } = here;
  const script = scriptOf(here);
  if (cluster.shadow === undefined || script === undefined || plan.pauseOn === undefined) return [];
  const { master, subs } = cluster.shadow;
  return [
    {
      id: "pause",
      title: "the shadow sync pauses",
      why: "a copy through a volume that is taken apart, or of files that are being replaced, spreads what is half done",
      before: [],
      actions: [pause(plan.pauseOn, script)],
      after: [syncIsPaused(plan.pauseOn, script, true), noSyncRuns([master, ...subs])],
      takenBack: [syncIsPaused(plan.pauseOn, script, false)],
      stays: `the shadow sync is paused on ${plan.pauseOn} by ${script}.paused`,
    },
  ];
};

export const resumeStep = (here: Here): readonly Step[] => {
  const { plan, target } = here;
  const script = scriptOf(here);
  if (script === undefined || plan.pauseOn === undefined) return [];
  return [
    {
      id: "resume",
      title: "the shadow sync goes on",
      why: "new code spreads again",
      before: [],
      actions: [resume(plan.pauseOn, script)],
      after: [syncIsPaused(plan.pauseOn, script, false)],
      reverses: [stepId(target.host, "pause")],
      stays: "the host is well, and its visitors are still elsewhere",
    },
  ];
};
