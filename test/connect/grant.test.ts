import { expect, it } from "vitest";
import { forbidChanges, grantFault, grantOperator } from "../../src/connect/grant.ts";
import { clusterOf } from "../ui/fixtures/cluster.ts";

it("a process that was told to change nothing never can again, with a grant of before neither", () => {
  const cluster = clusterOf(["web1"], { role: "operator" });
  const before = grantOperator(cluster, "alex", "a test");
  if (!before.ok) throw new Error(before.why);
  expect(grantFault(before.grant)).toBeUndefined();
  forbidChanges("--read-only");
  expect(grantFault(before.grant)).toBe("--read-only");
  expect(grantOperator(cluster, "alex", "a test")).toEqual({ ok: false, why: "--read-only" });
});
