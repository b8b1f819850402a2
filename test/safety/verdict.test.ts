import { expect, it } from "vitest";
import { verdictOf, type SystemReason } from "../../src/safety/verdict.ts";

const said = (system: SystemReason["system"], stance: SystemReason["stance"], endsSites = false): SystemReason => ({
  system,
  stance,
  text: system,
  evidence: [],
  ...(endsSites ? { endsSites: true } : {}),
});

it("says what decides first, and of that what takes all sites down: a load balancer before the Redis on it", () => {
  const { stance, reasons } = verdictOf("lb1", [
    said("host", "safe"),
    said("web", "wait", true),
    said("redis", "no"),
    said("haproxy", "no", true),
  ]);
  expect(stance).toBe("no");
  expect(reasons.map(({ system }) => system)).toEqual(["haproxy", "redis", "web", "host"]);
});

it("is unknown where no system speaks", () => {
  expect(verdictOf("web9", [])).toMatchObject({ stance: "unknown", reasons: [] });
});
