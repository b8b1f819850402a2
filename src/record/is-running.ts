import { readFileSync } from "node:fs";
import { whoIsHere } from "./audit.ts";
import type { Standing } from "./replay.ts";

/**
 * Whether the process that wrote a journal last still lives: it is on this machine, as the journal is. Another that has
 * got its number since is not it.
 */
export const isRunning = ({ phase, hand }: Standing): boolean => {
  const here = whoIsHere();
  const mayRun = phase === "running" || phase === "undoing";
  if (!mayRun || hand.machine !== here.machine || hand.pid === here.pid || !isAlive(hand.pid)) return false;
  const now = processMark(hand.pid);
  return hand.mark === undefined || now === undefined || hand.mark === now;
};

/** The boot and the moment of its start, which no two processes share; undefined where the system does not say (proc(5)). */
export const processMark = (pid: number): string | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // After the name, which may hold anything: starttime is field 22, the state field 3.
    const started = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    return started === undefined ? undefined : `${boot} ${started}`;
  } catch {
    return undefined;
  }
};

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // It is there, and somebody else's.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
};
