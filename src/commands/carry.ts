import { grantOperator } from "../connect/grant.ts";
import type { Cluster } from "../inventory/cluster.ts";
import { carry, type Carrying } from "../procedures/carry.ts";
import type { Procedure } from "../procedures/procedure.ts";
import { openAudit, whoIsHere } from "../record/audit.ts";
import { stateFolder } from "../record/state-folder.ts";
import type { ActOptions } from "./act-options.ts";
import { invocation } from "./invocation.ts";
import { decisionsOf } from "./person.ts";
import { endExitCode, endText, eventPrinter, unrecordedText } from "./procedure-text.ts";
import { refuse, refusedFailure } from "./refuse.ts";
import type { Workplace } from "./workplace.ts";

/** Unlocks for this one procedure, runs it, prints what happens as plain lines and sets the exit code. */
export const carryInLines = async (
  cluster: Cluster,
  procedure: Procedure,
  begin: Carrying["begin"],
  reason: string,
  options: ActOptions,
  { sessions, sight }: Workplace,
): Promise<void> => {
  const granted = grantOperator(cluster, whoIsHere().user, reason);
  if (!granted.ok) return refuse(cluster, procedure.title, granted.why);
  await auditUnlocked(cluster, reason, procedure);
  const stopping = stopOnSignal();
  const print = (line: string): void => void process.stdout.write(`${line}\n`);
  try {
    const carried = await carry({
      cluster,
      procedure,
      begin,
      reason,
      grant: granted.grant,
      sessions,
      sight,
      takeOver: options.takeOver,
      withoutLock: options.withoutLock,
      decisions: decisionsOf(reason, options, stopping.signal),
      emit: eventPrinter(print),
      stop: stopping.signal,
    });
    if (carried.state === "refused") {
      const fix = carried.lock === "unreachable" ? "--without-lock WHY, if nobody else is at it" : "--take-over WHY";
      throw refusedFailure(procedure.title, carried.why, fix);
    }
    const invoke = invocation(options);
    if (carried.state === "unrecorded") {
      const begun = begin !== "new";
      print(unrecordedText(procedure, { ...carried, begun }, invoke));
      process.exitCode = carried.sent.length === 0 && !begun ? 1 : 2;
      return;
    }
    print(endText(procedure, carried.ended, invoke));
    print(`report: ${carried.report}`);
    process.exitCode = endExitCode(carried.ended);
  } finally {
    stopping.end();
  }
};

const auditUnlocked = async (cluster: Cluster, reason: string, procedure: Procedure): Promise<void> => {
  const audit = await openAudit(stateFolder(cluster.name), { cluster: cluster.name, role: cluster.role, reason });
  await audit.event({ what: "unlocked", host: procedure.subject, detail: procedure.title });
  await audit.close();
};

/** The first signal stops at the next safe point, a second one ends the process: the journal knows what it was at. */
const stopOnSignal = (): { readonly signal: AbortSignal; readonly end: () => void } => {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(130);
    process.stdout.write("stopping at the next safe point; once more ends at once\n");
    controller.abort();
  };
  // Nobody reads any more (a lost terminal, `| head`): not a reason to die in the middle, but to stop.
  process.stdout.on("error", () => controller.abort());
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, stop);
  return {
    signal: controller.signal,
    end: () => {
      for (const signal of signals) process.off(signal, stop);
    },
  };
};
