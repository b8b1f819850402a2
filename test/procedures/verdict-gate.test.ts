import { describe, expect, it } from "vitest";
import { safeToTake } from "../../src/procedures/verdict-gate.ts";
import type { Reads } from "../../src/procedures/procedure.ts";
import type { View } from "../../src/procedures/view.ts";
import { verdictOf, type SystemReason } from "../../src/safety/verdict.ts";
import { pictureOf } from "../ui/fixtures/picture.ts";

const own = (stance: SystemReason["stance"]): SystemReason => ({
  system: "midwatch",
  stance,
  text: "until drain of web2 has ended: alex on bastion runs it",
  evidence: [],
});
const room = (stance: SystemReason["stance"]): SystemReason => ({
  system: "galera",
  stance,
  text: "3 of 3",
  evidence: [],
});

const NOT_ASKED: Reads = { ask: () => Promise.reject(new Error("a verdict asks nothing")) };

const lookedAt = (...reasons: readonly SystemReason[]) => {
  const picture = pictureOf({});
  const hosts = picture.hosts.map((host) => ({ ...host, verdict: verdictOf(host.name, reasons) }));
  const view: View = { cluster: picture.cluster, picture: { ...picture, hosts }, freshAfterMs: 0 };
  return safeToTake("web2", 1_000).watch(NOT_ASKED)(view);
};

describe("the verdict as a gate", () => {
  it.each(["wait", "unknown"] as const)("does not wait for its own procedure's end: midwatch says %s", (stance) => {
    expect(lookedAt(room("safe"), own(stance))).toEqual({ state: "open", value: "SAFE" });
  });

  it("keeps every system's word", () => {
    expect(lookedAt(room("wait"), own("wait"))).toEqual({ state: "waiting", value: "WAIT: galera: 3 of 3" });
    expect(lookedAt(room("unknown"), own("safe"))).toMatchObject({ state: "unknown" });
  });

  it("does not open when no system says anything", () => {
    expect(lookedAt(own("safe"))).toMatchObject({ state: "unknown", value: "UNKNOWN: nothing is said" });
  });
});
