import { ask, type Ask } from "../connect/command.ts";
import type { ChangeOutcome } from "../connect/control.ts";
import { describeSend } from "../connect/describe.ts";
import { cleanLine } from "../connect/clean.ts";
import { logLine } from "../systems/host/changes.ts";
import type { Action, Step } from "./procedure.ts";
import type { Running } from "./running.ts";

/** Sends an action, or what takes it back, and leaves a line in the touched host's own log when it arrived. */
export const carryOut = async (
  action: Action,
  change: Ask<"change">,
  step: Step,
  running: Running,
): Promise<ChangeOutcome> => {
  const { control, emit, by } = running;
  const undo = change !== action.ask;
  emit({ kind: "sending", action, undo });
  const about = { step: step.id, action: action.id, undo };
  const outcome = await control.send({ target: action.target, ask: change, about });
  emit({ kind: "sent", action, undo, outcome });
  if (outcome.state === "done") {
    const sent = describeSend(change.send, change.privilege);
    const text = cleanLine(`${by.operator}@${by.machine}: ${sent} (${by.procedure})`);
    // Its own failure stands in journal and audit, and stops nothing.
    await control.send({
      target: action.target,
      ask: ask(logLine, { text }),
      about: { step: step.id, action: `log ${action.id}`, undo },
    });
  }
  return outcome;
};
