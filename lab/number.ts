import { labError } from "./machine/error.ts";

/**
 * Which of the labs on this machine, 0 unless MIDWATCH_LAB_NUMBER says another. Each has addresses, namespaces, folders
 * and a lock of its own, so that several run side by side.
 */
const labNumber = (text = "0"): number => {
  if (/^[0-9]$/.test(text)) return Number(text);
  throw labError(`MIDWATCH_LAB_NUMBER is ${JSON.stringify(text)}`, "use a number from 0 to 9");
};

export const LAB_NUMBER = labNumber(process.env["MIDWATCH_LAB_NUMBER"]);

/** A name on this machine that is this lab's alone; the first lab has it bare. */
export const ownName = (name: string): string => (LAB_NUMBER === 0 ? name : `${name}-${LAB_NUMBER}`);
