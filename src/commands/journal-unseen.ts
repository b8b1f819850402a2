import { clean } from "../connect/clean.ts";
import { EXIT, problem } from "../inventory/problem.ts";
import type { Procedure } from "../procedures/procedure.ts";
import { CommandFailure } from "./failure.ts";
import { askLine, isAttended } from "./person.ts";
import { planText } from "./procedure-text.ts";

/**
 * Commands that came with somebody's note are sent only when a person has them before their eyes and types the
 * procedure's name; no option stands for that. Throws when nobody does.
 */
export const agreeToUnseen = async (procedure: Procedure, text: string): Promise<void> => {
  const { name, title } = procedure;
  const lines = clean(text).trimEnd().split("\n");
  process.stdout.write(`${title}: it came with the note beside the cluster's lock, and no file here has it:\n`);
  process.stdout.write(
    `${lines.map((line) => `  | ${line}`).join("\n")}\nWith it, this is sent:\n${planText(procedure)}`,
  );
  const typed = isAttended() ? await askLine(`have this sent? type ${name}: `) : undefined;
  if (typed === name) return;
  throw new CommandFailure([
    problem({
      what: `nothing was sent: nobody here has agreed to what ${name} sends`,
      fix: "put its file into procedures/ beside the inventory, or type its name where it is asked for",
      exitCode: EXIT.refused,
    }),
  ]);
};
