import { afterEach, expect, it, vi } from "vitest";
import {
  endGrant,
  forbidChanges,
  grantFault,
  grantLeftMs,
  grantOperator,
  renewGrant,
} from "../../src/connect/grant.ts";
import { clusterOf } from "../ui/fixtures/cluster.ts";

const MINUTE_MS = 60_000;

afterEach(() => void vi.useRealTimers());

const granted = (lastsMs?: number) => {
  const given = grantOperator(clusterOf(["web1"], { role: "operator" }), "alex", "a test", lastsMs);
  if (!given.ok) throw new Error(given.why);
  return given.grant;
};

it("a grant lapses after its time, counted from when it was last renewed, and cannot be renewed after that", () => {
  vi.useFakeTimers();
  const grant = granted(30 * MINUTE_MS);
  vi.advanceTimersByTime(29 * MINUTE_MS);
  expect(grantLeftMs(grant)).toBe(MINUTE_MS);
  renewGrant(grant);
  vi.advanceTimersByTime(29 * MINUTE_MS);
  expect(grantFault(grant)).toBeUndefined();
  vi.advanceTimersByTime(MINUTE_MS);
  expect(grantFault(grant)).toContain("lapsed");
  renewGrant(grant);
  expect(grantFault(grant)).toContain("lapsed");
  expect(grantLeftMs(grant)).toBe(0);
});

it("a clock that is set back gives no more time", () => {
  vi.useFakeTimers();
  const grant = granted(30 * MINUTE_MS);
  vi.advanceTimersByTime(30 * MINUTE_MS);
  vi.setSystemTime(Date.now() - 60 * MINUTE_MS);
  expect(grantFault(grant)).toContain("lapsed");
});

it("a grant that was given back is worth nothing", () => {
  const grant = granted();
  expect(grantFault(grant)).toBeUndefined();
  endGrant(grant);
  expect(grantFault(grant)).toContain("given back");
});

it("a process that was told to change nothing never can again, with a grant of before neither", () => {
  const cluster = clusterOf(["web1"], { role: "operator" });
  const before = grantOperator(cluster, "alex", "a test");
  if (!before.ok) throw new Error(before.why);
  expect(grantFault(before.grant)).toBeUndefined();
  forbidChanges("--read-only");
  expect(grantFault(before.grant)).toBe("--read-only");
  expect(grantOperator(cluster, "alex", "a test")).toEqual({ ok: false, why: "--read-only" });
});
