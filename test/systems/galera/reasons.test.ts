import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { GaleraFacts } from "../../../src/systems/galera/facts.ts";
import { galera } from "../../../src/systems/galera/index.ts";
import type { Member } from "../../../src/systems/galera/member.ts";
import { galeraReasons } from "../../../src/systems/galera/reasons.ts";
import { untilSynced } from "../../../src/systems/galera/until-synced.ts";
import { compareStance, type Reason, type Stance } from "../../../src/systems/reason.ts";
import { AT_MS, lookAt, shop } from "../kit.ts";
import { dark, galeraModel, type ModelMember } from "./model.ts";
import { recorded, unit } from "./recorded.ts";

const { context } = lookAt(galera, {});

const ask = (facts: GaleraFacts, host: string): readonly Reason[] => galeraReasons(facts, host, context);

const stance = (reasons: readonly Reason[]): Stance | undefined =>
  reasons.map((reason) => reason.stance).toSorted((a, b) => compareStance(b, a))[0];

const said = (reasons: readonly Reason[]): readonly string[] => reasons.map(({ stance, text }) => `${stance}: ${text}`);

const three = (web3: Partial<ModelMember> = {}): readonly ModelMember[] => [
  { host: "web1", weight: 1 },
  { host: "web2", weight: 1 },
  { host: "web3", weight: 1, ...web3 },
];

describe("galera's word on taking a host out", () => {
  it("spares one of three, and says that the rest could lose none", () => {
    expect(said(ask(galeraModel(three()), "web1"))).toEqual([
      "safe: web2, web3 are Synced, ready and of one mind",
      "safe: 2 of 3 votes stay, the rest could then lose none",
    ]);
    expect(ask(galeraModel(three()), "lb1")).toEqual([]);
  });

  it("spares none when one is down, and waits for that one itself", () => {
    const facts = galeraModel(three({ presence: "stopped" }));
    expect(said(ask(facts, "web1"))).toEqual([
      "no: web3's member is stopped: no other can be spared",
      "no: only 2 of 3 members are in: none can be spared",
    ]);
    expect(said(ask(facts, "web3"))).toEqual(["wait: until its member is back: it is stopped"]);
  });

  it.each<[string, Partial<ModelMember>, Stance, Stance]>([
    ["cannot be asked", { presence: "unknown" }, "unknown", "unknown"],
    ["runs unseen", { presence: "running" }, "unknown", "unknown"],
    ["is silent", { presence: "silent" }, "no", "wait"],
    ["is starting", { presence: "starting" }, "wait", "wait"],
    ["sends a state transfer", { view: { state: 2, stateComment: "Donor/Desynced" } }, "wait", "wait"],
    ["catches up", { view: { state: 3, stateComment: "Joined" } }, "wait", "wait"],
    ["is left desynced", { view: { desync: true } }, "wait", "safe"],
    ["rejects queries", { view: { rejectsQueries: true } }, "no", "safe"],
    ["is in maintenance", { view: { maintMode: "MAINTENANCE" } }, "wait", "safe"],
    ["is cut off", { view: { primary: false, clusterStatus: "non-Primary", size: 1 } }, "no", "wait"],
    ["sees another membership", { view: { confId: 9 } }, "no", "no"],
    ["is of another cluster", { view: { clusterUuid: "other" } }, "no", "no"],
    ["is not ready", { view: { ready: false } }, "no", "wait"],
    ["runs without Galera", { view: { wsrepOn: false } }, "no", "wait"],
  ])("when web3 %s", (_, web3, forOthers, forItself) => {
    const facts = galeraModel(three(web3));
    expect(stance(ask(facts, "web1")), "web1").toBe(forOthers);
    expect(stance(ask(facts, "web3")), "web3").toBe(forItself);
  });

  it("does not know whether a host without a member has the arbitrator, whose vote may be needed", () => {
    const pair = (web2: Partial<ModelMember> = {}): readonly ModelMember[] => [
      { host: "web1", weight: 1 },
      { host: "web2", weight: 1, ...web2 },
    ];
    const NOT_IN =
      "unknown: whether the arbitrator (garbd) runs on it is not known: that vote may be needed, not all members are known to be in";
    expect(ask(galeraModel(pair(), 1), "lb1")).toEqual([]);
    expect(ask(galeraModel(pair({ presence: "failed" })), "lb1")).toEqual([]);
    for (const presence of ["failed", "stopped", "unknown", "silent"] as const)
      expect(said(ask(galeraModel(pair({ presence }), 1), "lb1")), presence).toEqual([NOT_IN]);
    expect(said(ask(galeraModel(pair({ view: { confId: 9 } }), 1), "lb1"))).toEqual([NOT_IN]);
    // Both may run on the same host.
    expect(said(ask(galeraModel(pair(), 2), "lb1"))).toEqual([
      "unknown: whether arbitrators (garbd) run on it is not known: that vote may be needed, the members alone are no quorum",
    ]);
    expect(ask(galeraModel(three(), 2), "lb1")).toEqual([]);
  });

  it("counts votes, not members", () => {
    const heavy = galeraModel([
      { host: "web1", weight: 3 },
      { host: "web2", weight: 1 },
      { host: "web3", weight: 1 },
    ]);
    expect(said(ask(heavy, "web1"))).toContain(
      "no: 2 of 5 votes would be left: no quorum if it crashes on its way out; an arbitrator (garbd) would change that",
    );
    expect(said(ask(heavy, "web2"))).toContain("safe: 4 of 5 votes stay, the rest could then lose none");
    const five = galeraModel(["a", "b", "c", "d", "e"].map((host) => ({ host, weight: 1 })));
    expect(said(ask(five, "a"))).toContain("safe: 4 of 5 votes stay, the rest could then still lose 1 member");
    const pair = [
      { host: "web1", weight: 1 },
      { host: "web2", weight: 1 },
    ];
    expect(stance(ask(galeraModel(pair), "web1"))).toBe("no");
    expect(stance(ask(galeraModel(pair, 1), "web1"))).toBe("safe");
  });

  it("does not believe votes that do not add up, nor guess those it was not told", () => {
    const facts = galeraModel(three());
    const more = galeraModel(three({ view: { weight: 3 } }).map((member) => ({ ...member, view: { weight: 7 } })));
    expect(stance(ask(more, "web1"))).toBe("unknown");
    const blind = { ...facts, members: facts.members.map((member) => ({ ...member, settings: dark })) };
    expect(stance(ask(blind, "web1"))).toBe("unknown");
  });

  it("wants somebody left who takes writes", () => {
    const readers = three().map((member) => ({ ...member, view: { readOnly: member.host !== "web1" } }));
    expect(said(ask(galeraModel(readers), "web1"))).toContain("no: no other member takes writes: all are read only");
  });

  it("says the same of recorded answers", () => {
    const answers = Object.fromEntries(
      ["web1", "web2", "web3"].flatMap((host) => [
        [`galera.view@${host}`, recorded(`healthy/${host}`)],
        [`galera.unit@${host}`, unit("active", "running")],
        [`galera.settings@${host}`, recorded("healthy/web1.settings")],
      ]),
    );
    expect(said(lookAt(galera, answers).reasons("web2"))).toEqual([
      "safe: web1, web3 are Synced, ready and of one mind",
      "safe: 2 of 3 votes stay, the rest could then lose none",
    ]);
    const { "galera.settings@web3": _, ...rest } = answers;
    expect(stance(lookAt(galera, rest).reasons("web2"))).toBe("unknown");
    expect(
      lookAt(galera, {})
        .reasons("web1")
        .every((reason) => reason.stance === "unknown"),
    ).toBe(true);
    expect(lookAt(galera, {}, { cluster: shop }).reasons("lb1")).toEqual([]);
  });

  it("never says safe while anything that it needs is not known", () => {
    const blind = fc.constantFrom<(member: Member) => Member>(
      (member) => ({ ...member, presence: dark, view: dark }),
      (member) => ({ ...member, view: dark }),
      (member) => ({ ...member, settings: dark }),
    );
    const weights = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 7 });
    fc.assert(
      fc.property(weights, fc.nat(2), blind, fc.nat(), fc.nat(), (votes, arbitrators, hide, at, asked) => {
        const facts = galeraModel(
          votes.map((weight, i) => ({ host: `h${i}`, weight })),
          arbitrators,
        );
        const members = facts.members.map((member, i) => (i === at % votes.length ? hide(member) : member));
        expect(stance(ask({ ...facts, members }, `h${asked % votes.length}`))).not.toBe("safe");
      }),
    );
  });
});

describe("when a member is in again", () => {
  const view = (recvQueue: number, atMs: number) => {
    const member = galeraModel(three({ view: { state: 3, stateComment: "Joined", recvQueue } })).members[2];
    if (member?.view.state !== "known") throw new Error("no view");
    return { state: "known" as const, value: member.view.value, atMs, tookMs: 1, by: "web3" };
  };

  it("is told by how its queue shrinks", () => {
    expect(untilSynced([view(300, AT_MS - 20_000), view(200, AT_MS - 10_000), view(100, AT_MS)])).toEqual({
      expectedMs: 10_000,
    });
  });

  it("is not told without history, or while nothing moves", () => {
    expect(untilSynced([])).toEqual({});
    expect(untilSynced([view(100, AT_MS)])).toEqual({});
    expect(untilSynced([view(100, AT_MS - 10_000), view(100, AT_MS)])).toEqual({});
  });
});
