import { setTimeout as pause } from "node:timers/promises";
import { labError } from "../machine/error.ts";
import { say } from "../machine/progress.ts";
import { balancer } from "../topology.ts";
import { makeTally, type TrafficReport } from "../traffic/tally.ts";
import { makeVisitor, type Visitor } from "../traffic/visitor.ts";

export interface TrafficOptions {
  readonly seconds: number;
  /** Requests per second, all visitors together. */
  readonly rate: number;
  readonly visitors: number;
  readonly json?: boolean;
}

/** Bounds: this is for moving numbers, not for measuring the machine. */
const LIMITS = { seconds: 3600, rate: 200, visitors: 2000 } as const;

const check = (options: TrafficOptions): void => {
  for (const [name, most] of Object.entries(LIMITS) as [keyof typeof LIMITS, number][]) {
    const value = options[name];
    if (!(value > 0 && value <= most)) throw labError(`--${name} must be more than 0 and at most ${most}`);
  }
};

/** Mostly looking, some orders; one order in two leaves a receipt on the shared volume. */
const nextPath = (): string => {
  const dice = Math.random();
  if (dice < 0.8) return `/index.php?shelf=${1 + Math.floor(Math.random() * 50)}`;
  if (dice < 0.9) return "/order.php";
  if (dice < 0.95) return "/order.php?receipt=1";
  return "/style.css";
};

const generate = async ({ seconds, rate, visitors }: TrafficOptions): Promise<TrafficReport> => {
  const tally = makeTally();
  const idle = Array.from({ length: visitors }, makeVisitor);
  const underWay = new Set<Promise<void>>();
  const begun = performance.now();

  const send = async (visitor: Visitor): Promise<void> => {
    tally.add(await visitor.visit(nextPath()));
    idle.push(visitor);
  };

  for (let sent = 0; sent < Math.floor(seconds * rate); sent += 1) {
    const early = begun + (sent * 1000) / rate - performance.now();
    if (early > 0) await pause(early);
    // A visitor waits for its answer before it asks again: a slow site slows its visitors, and is not flooded.
    const visitor = idle.shift();
    if (visitor === undefined) continue;
    const one: Promise<void> = send(visitor).finally(() => underWay.delete(one));
    underWay.add(one);
  }
  await Promise.all(underWay);
  for (const visitor of idle) visitor.leave();
  return tally.report();
};

const counts = (of: Readonly<Record<string, number>>): string =>
  Object.entries(of)
    .map(([name, count]) => `${name} ${count}`)
    .join(", ") || "none";

/** Sends visitors through the balancer; the exit code is 1 when not one of them was answered. */
export const traffic = async (options: TrafficOptions): Promise<number> => {
  check(options);
  const report = await generate(options);
  if (options.json === true) process.stdout.write(`${JSON.stringify(report)}\n`);
  else {
    say(`${report.requests} requests to ${balancer.name}, ${report.failed} failed`);
    say(`  status  ${counts(report.byStatus)}`);
    say(`  host    ${counts(report.byHost)}`);
    say(`  time    median ${report.medianMs} ms, 95 % within ${report.p95Ms} ms`);
  }
  return report.answered > 0 ? 0 : 1;
};
