import { createInterface } from "node:readline/promises";
import type { Choice, Gate, GateValue } from "../procedures/procedure.ts";
import type { Decisions } from "../procedures/running.ts";
import type { ActOptions } from "./act-options.ts";
import { gateText } from "./procedure-text.ts";

/** Whether somebody sits there who can be asked. */
export const isAttended = (): boolean => process.stdin.isTTY && process.stdout.isTTY;

/** One line typed by a person; undefined when they give up or `stop` aborts. */
export const askLine = async (question: string, stop?: AbortSignal): Promise<string | undefined> => {
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return (await lines.question(question, stop === undefined ? {} : { signal: stop })).trim();
  } catch {
    return undefined;
  } finally {
    lines.close();
  }
};

/** Decisions by the command line's options; what they leave open is asked of whoever sits there. */
export const decisionsOf = (
  reason: string,
  options: Pick<ActOptions, "atDeadline" | "override">,
  stop: AbortSignal,
): Decisions => ({
  late: async (step, gate, now) => {
    const named = step.late?.find(({ id }) => id === options.atDeadline);
    if (named !== undefined || !isAttended()) return named;
    return askChoice(step.late ?? [], gate, now, stop);
  },
  override: async (_step, gate, now) => {
    const word = gate.overridable;
    if (word === undefined) return undefined;
    if (options.override !== undefined || !isAttended()) return options.override === word ? reason : undefined;
    const typed = await askLine(`${gateText(gate.wanted, now)}\ngo on all the same? type ${word}, or nothing: `, stop);
    return typed === word ? (await askLine("why: ", stop)) || undefined : undefined;
  },
});

const askChoice = async (
  choices: readonly Choice[],
  gate: Gate,
  now: GateValue,
  stop: AbortSignal,
): Promise<Choice | undefined> => {
  process.stdout.write(`${gateText(gate.wanted, now)}\n`);
  for (const { id, title } of choices) process.stdout.write(`  ${id.padEnd(9)} ${title}\n`);
  for (;;) {
    const typed = await askLine(`${choices.map(({ id }) => id).join(" | ")}: `, stop);
    if (typed === undefined) return undefined;
    const choice = choices.find(({ id }) => id === typed);
    if (choice !== undefined) return choice;
  }
};
