import type { Answer } from "./visitor.ts";

export interface Tally {
  readonly add: (answer: Answer) => void;
  readonly report: () => TrafficReport;
}

export interface TrafficReport {
  readonly requests: number;
  readonly answered: number;
  readonly failed: number;
  readonly byStatus: Readonly<Record<string, number>>;
  readonly byHost: Readonly<Record<string, number>>;
  readonly medianMs: number;
  readonly p95Ms: number;
}

const sorted = (counts: ReadonlyMap<string, number>): Record<string, number> =>
  Object.fromEntries([...counts].toSorted(([a], [b]) => a.localeCompare(b)));

export const makeTally = (): Tally => {
  const times: number[] = [];
  const byStatus = new Map<string, number>();
  const byHost = new Map<string, number>();
  let failed = 0;
  const count = (map: Map<string, number>, key: string): void => void map.set(key, (map.get(key) ?? 0) + 1);

  return {
    add: ({ status, servedBy, tookMs }) => {
      times.push(tookMs);
      count(byStatus, status === 0 ? "no answer" : String(status));
      if (servedBy !== "-") count(byHost, servedBy);
      if (status < 200 || status >= 400) failed += 1;
    },
    report: () => {
      const ordered = times.toSorted((a, b) => a - b);
      const at = (share: number): number => Math.round(ordered[Math.floor((ordered.length - 1) * share)] ?? 0);
      return {
        requests: times.length,
        answered: times.length - (byStatus.get("no answer") ?? 0),
        failed,
        byStatus: sorted(byStatus),
        byHost: sorted(byHost),
        medianMs: at(0.5),
        p95Ms: at(0.95),
      };
    },
  };
};
