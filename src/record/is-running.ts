import { whoIsHere } from "./audit.ts";
import type { Standing } from "./replay.ts";

/** Whether the process that wrote a journal last still lives: it is on this machine, as the journal is. */
export const isRunning = ({ phase, hand }: Standing): boolean => {
  const here = whoIsHere();
  const mayRun = phase === "running" || phase === "undoing";
  return mayRun && hand.machine === here.machine && hand.pid !== here.pid && isAlive(hand.pid);
};

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // It is there, and somebody else's.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
};
