import { cell, type Row, type Table } from "../systems/pane.ts";
import { eventWords, type TimelineEvent } from "../watch/event.ts";
import { clockTime, localDay } from "./clock.ts";

/** Whose cursor and scroll the view's list has. */
export const TIMELINE = "timeline";

/** What changed, as a log: the newest at the end. `recent` comes newest first. */
export const timelineTable = (recent: readonly TimelineEvent[], nowMs: number): Table => ({
  id: TIMELINE,
  columns: [
    { id: "time", title: "noticed", align: "left", priority: 1 },
    { id: "host", title: "host", align: "left", priority: 1, maxWidth: 16 },
    { id: "system", title: "system", align: "left", priority: 2 },
    { id: "change", title: "what changed", align: "left", priority: 1, grow: true },
  ],
  rows: uniquely(recent.toReversed()).map(([id, event]) => rowOf(id, event, nowMs)),
  empty: "nothing has changed",
});

const rowOf = (id: string, event: TimelineEvent, nowMs: number): Row => ({
  id,
  severity: event.severity,
  ...(event.host === undefined ? {} : { host: event.host }),
  cells: {
    time: cell(timeOf(event.atMs, nowMs), "dim"),
    host: cell(event.host ?? ""),
    system: cell(event.system, "dim"),
    change: cell(eventWords(event), event.system === "midwatch" ? "dim" : "plain"),
  },
  evidence: [],
});

/** Local time of day; where it was another day, that and the minute. */
const timeOf = (atMs: number, nowMs: number): string =>
  isSameDay(atMs, nowMs) ? clockTime(atMs) : `${monthDay(atMs)} ${clockTime(atMs).slice(0, 5)}`;

const isSameDay = (a: number, b: number): boolean => new Date(a).toDateString() === new Date(b).toDateString();

const monthDay = (ms: number): string => localDay(ms).slice(5);

/** `since 02:10`: from when on everything that was noticed is shown. Newest first, as the picture has them. */
export const sinceTitle = (shown: readonly TimelineEvent[], nowMs: number): string => {
  const oldest = shown.at(-1);
  if (oldest === undefined) return TIMELINE;
  const time = timeOf(oldest.atMs, nowMs);
  return `since ${isSameDay(oldest.atMs, nowMs) ? time.slice(0, 5) : time}`;
};

const uniquely = (events: readonly TimelineEvent[]): readonly (readonly [string, TimelineEvent])[] => {
  const seen = new Map<string, number>();
  return events.map((event) => {
    // As it heads the row's details, and so that a day can be filtered for.
    const when = `${localDay(event.atMs)} ${clockTime(event.atMs)}`;
    const id = `${[...new Set([event.system, event.host, event.subject])].filter((part) => part !== undefined).join(" ")} · ${when}`;
    const times = seen.get(id) ?? 0;
    seen.set(id, times + 1);
    return [times === 0 ? id : `${id} ${times}`, event];
  });
};
