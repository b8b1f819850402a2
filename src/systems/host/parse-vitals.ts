import { parsed, unreadable, type Parsed } from "../../connect/command.ts";
import type { HostReply } from "../../connect/reply.ts";
import { decimalNumber, wholeNumber } from "../text.ts";

export interface Vitals {
  /** Load averages over 1, 5 and 15 minutes. */
  readonly load: readonly [number, number, number];
  /** Processors that are online. */
  readonly cores: number;
  readonly memoryTotalBytes: number;
  /** What the kernel thinks can be had without swapping. */
  readonly memoryAvailableBytes: number;
  readonly swapTotalBytes: number;
  readonly swapFreeBytes: number;
  /** Since process 1 started: the machine's uptime, and a container's own where it is one. */
  readonly uptimeMs: number;
}

/** `file:line` lines of one grep over /proc and /sys. */
export const parseVitals = (reply: HostReply): Parsed<Vitals> => {
  const lines = linesByFile(reply.stdout);
  const only = (file: string): string => lines.get(file)?.[0] ?? "";
  const load = loadOf(only("/proc/loadavg"));
  const bootedS = decimalNumber(only("/proc/uptime").split(" ")[0]);
  const cores = countOnline(only("/sys/devices/system/cpu/online"));
  const memory = memoryOf(lines.get("/proc/meminfo") ?? []);
  const memoryTotalBytes = memory.get("MemTotal");
  const memoryAvailableBytes = memory.get("MemAvailable");
  if (load === undefined) return unreadable("/proc/loadavg was not readable");
  if (bootedS === undefined) return unreadable("/proc/uptime was not readable");
  if (cores === undefined) return unreadable("/sys/devices/system/cpu/online was not readable");
  if (memoryTotalBytes === undefined || memoryAvailableBytes === undefined || memoryTotalBytes === 0)
    return unreadable("/proc/meminfo has no MemTotal or MemAvailable");
  return parsed({
    load,
    cores,
    memoryTotalBytes,
    memoryAvailableBytes: Math.min(memoryAvailableBytes, memoryTotalBytes),
    swapTotalBytes: memory.get("SwapTotal") ?? 0,
    swapFreeBytes: Math.min(memory.get("SwapFree") ?? 0, memory.get("SwapTotal") ?? 0),
    uptimeMs: Math.max(0, Math.round((bootedS - (firstProcessStartS(only("/proc/1/stat")) ?? 0)) * 1_000)),
  });
};

const linesByFile = (stdout: string): ReadonlyMap<string, readonly string[]> => {
  const files = new Map<string, string[]>();
  for (const line of stdout.split("\n")) {
    const at = line.indexOf(":");
    if (at <= 0) continue;
    const file = line.slice(0, at);
    const lines = files.get(file);
    if (lines === undefined) files.set(file, [line.slice(at + 1)]);
    else lines.push(line.slice(at + 1));
  }
  return files;
};

const loadOf = (line: string): Vitals["load"] | undefined => {
  const [one, five, fifteen] = line.split(" ", 3).map((word) => decimalNumber(word));
  return one === undefined || five === undefined || fifteen === undefined ? undefined : [one, five, fifteen];
};

/** `0-3,8` → 5. */
const countOnline = (line: string): number | undefined => {
  let cores = 0;
  for (const part of line.trim().split(",")) {
    const [from, to = from] = part.split("-", 2).map((word) => wholeNumber(word));
    if (from === undefined || to === undefined || to < from || to > 65_535) return undefined;
    cores += to - from + 1;
  }
  return cores;
};

const memoryOf = (lines: readonly string[]): ReadonlyMap<string, number> => {
  const memory = new Map<string, number>();
  for (const line of lines) {
    const match = /^(\w+):\s*(\d{1,12}) kB$/.exec(line.trim());
    if (match !== null) memory.set(match[1] ?? "", Number(match[2]) * 1_024);
  }
  return memory;
};

// Field 22 of proc(5) stat, in clock ticks since the machine's boot; USER_HZ is 100 on every Linux port that matters.
// The program's name, field 2, may itself hold spaces and brackets.
const firstProcessStartS = (line: string): number | undefined => {
  const fields = line.slice(line.lastIndexOf(")") + 1).split(" ");
  const ticks = wholeNumber(fields[20]);
  return ticks === undefined ? undefined : ticks / 100;
};
