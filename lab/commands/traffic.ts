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

/** One visitor asks once and waits for its answer; a slow site slows its visitors, not the others. */
const crowd = (size: number): { readonly next: () => Visitor | undefined; readonly done: (one: Visitor) => void } => {
  const idle = Array.from({ length: size }, makeVisitor);
  return { next: () => idle.shift(), done: (one) => void idle.push(one) };
};

const generate = async ({ seconds, rate, visitors }: TrafficOptions): Promise<TrafficReport> => {
  const tally = makeTally();
  const { next, done } = crowd(visitors);
  const underWay = new Set<Promise<void>>();
  const begun = performance.now();
  const total = Math.floor(seconds * rate);
  for (let sent = 0; sent < total; sent += 1) {
    const due = begun + (sent * 1000) / rate;
    const early = due - performance.now();
    if (early > 0) await pause(early);
    const visitor = next();
    if (visitor === undefined) continue;
    const one = visitor
      .visit(nextPath())
      .then((answer) => {
        tally.add(answer);
        done(visitor);
      })
      .finally(() => underWay.delete(one));
    underWay.add(one);
  }
  await Promise.all(underWay);
  for (let one = next(); one !== undefined; one = next()) one.leave();
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
