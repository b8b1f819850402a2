import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { start } from "./hand.ts";

/** midwatch as an operator runs it on the lab, with a state folder of its own. */
export interface Operator {
  readonly folder: string;
  readonly midwatch: (...args: readonly string[]) => ReturnType<typeof start>;
  readonly run: (...args: readonly string[]) => ReturnType<typeof start>;
  /** Starts it and kills it when a line of what it prints holds this. */
  readonly killAt: (text: string, ...args: readonly string[]) => Promise<void>;
  readonly close: () => Promise<void>;
}

export const operatorOnLab = async (): Promise<Operator> => {
  const folder = await mkdtemp(join(tmpdir(), "midwatch-acting-"));
  // A test that was cut off before may have left the lock's note: nobody else is at this lab.
  const consent = ["--yes", "--reason", "a test", "--take-over", "a test"] as const;
  const run = (...args: readonly string[]) => start(folder, ["run", ...args, ...consent]);
  return {
    folder,
    midwatch: (...args) => start(folder, args),
    run,
    killAt: async (text, ...args) => {
      const child = run(...args);
      for await (const line of child) {
        if (!line.includes(text)) continue;
        child.kill("SIGKILL");
        break;
      }
      await child;
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
};
