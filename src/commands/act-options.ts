import { Option, type Command } from "commander";
import type { ClusterChoice } from "./choose.ts";

/** What every command that changes a cluster takes. */
export interface ActOptions extends ClusterChoice {
  readonly readOnly?: boolean;
  readonly yes?: boolean;
  readonly reason?: string;
  readonly atDeadline?: string;
  readonly override?: string;
  readonly withoutLock?: string;
  readonly takeOver?: string;
}

export const actOptions = (command: Command): Command =>
  command
    .option("--reason <text>", "why; goes to the audit")
    .option("--yes", "do not ask before it begins")
    .option("--read-only", "viewer: look, and be unable to touch, whatever the inventory allows")
    .addOption(
      new Option(
        "--at-deadline <choice>",
        "what to do when sessions do not end in time, in place of a question",
      ).choices(["maint", "shutdown", "wait", "give-up", "stop"]),
    )
    .option("--override <host>", "go on although the verdict is NO or UNKNOWN: the host's name, typed once more")
    .option("--take-over <why>", "take the cluster's lock from whoever has it, or a procedure somebody left")
    .option("--without-lock <why>", "go on when the cluster's lock cannot be reached: nothing keeps others out");
