import { z } from "zod";
import { cleanLine } from "../connect/clean.ts";
import { parseLine } from "./lines.ts";

/** What stands in the lock: who has it, and for what. */
const lockValueSchema = z.object({
  owner: z.string(),
  fence: z.number(),
  operator: z.string(),
  machine: z.string(),
  pid: z.number(),
  procedure: z.string(),
  sinceMs: z.number(),
});

export type LockValue = z.output<typeof lockValueSchema>;

/** As text. Harmless already, so that what is read back, cleaned, is what was written. */
export const lockText = (value: LockValue): string =>
  JSON.stringify(value, (_key, each: unknown) => (typeof each === "string" ? cleanLine(each) : each));

export const readLockValue = (text: string): LockValue | undefined => lockValueSchema.safeParse(parseLine(text)).data;

/** `alex on bastion (pid 412)`. */
export const holderWords = ({ operator, machine, pid }: Pick<LockValue, "operator" | "machine" | "pid">): string =>
  `${operator} on ${machine} (pid ${pid})`;
