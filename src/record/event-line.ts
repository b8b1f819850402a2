import { z } from "zod";
import { cleanLine } from "../connect/clean.ts";
import type { TimelineEvent } from "../watch/event.ts";

/** An event as a file holds it: which run of midwatch wrote it, for several may write into one file. */
export interface KeptEvent {
  readonly run: string;
  readonly event: TimelineEvent;
}

const VERSION = 1;

// Cleaned when it was written; a file can be edited, so cleaned again.
const text = z.string().max(4_000).transform(cleanLine);

const lineSchema = z.object({
  v: z.literal(VERSION),
  run: z.string().max(40),
  atMs: z.number(),
  system: text,
  subject: text,
  host: text.optional(),
  from: text.optional(),
  to: text,
  severity: z.enum(["ok", "info", "warning", "unknown", "critical"]),
  unseenMs: z.number().optional(),
});

/** One line, its newline included. */
export const eventLine = ({ run, event }: KeptEvent): string => `${JSON.stringify({ v: VERSION, run, ...event })}\n`;

/** Undefined for what is no event: a line that was cut, or that another version wrote. */
export const parseEventLine = (line: string): KeptEvent | undefined => {
  const json = parseJson(line);
  const parsed = lineSchema.safeParse(json);
  if (!parsed.success) return undefined;
  const { v: _, run, host, from, unseenMs, ...rest } = parsed.data;
  return {
    run,
    event: {
      ...rest,
      ...(host === undefined ? {} : { host }),
      ...(from === undefined ? {} : { from }),
      ...(unseenMs === undefined ? {} : { unseenMs }),
    },
  };
};

const parseJson = (line: string): unknown => {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
};

/** Two consoles notice the same thing within this time of each other. */
const SAME_MS = 10_000;

/**
 * In the order of time, each event once: what several runs that watched at the same time noticed alike, and what one
 * wrote twice because the first try failed half-way.
 */
export const oncePerEvent = (kept: readonly KeptEvent[]): readonly TimelineEvent[] => {
  const sorted = kept.toSorted((a, b) => a.event.atMs - b.event.atMs);
  const last = new Map<string, KeptEvent>();
  return sorted.flatMap((each): readonly TimelineEvent[] => {
    const { event, run } = each;
    const key = JSON.stringify([event.system, event.host, event.subject, event.to, event.system === "midwatch" && run]);
    const before = last.get(key);
    const sinceMs = event.atMs - (before?.event.atMs ?? Number.NEGATIVE_INFINITY);
    if (before !== undefined && (sinceMs === 0 || (before.run !== run && sinceMs < SAME_MS))) return [];
    last.set(key, each);
    return [event];
  });
};
