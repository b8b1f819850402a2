import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Cluster } from "../../../src/inventory/cluster.ts";
import { gluster } from "../../../src/systems/gluster/index.ts";
import { glusterReasons } from "../../../src/systems/gluster/reasons.ts";
import { compareStance, type Reason, type Stance } from "../../../src/systems/reason.ts";
import { AT_MS, hostReply, lookAt, noReply, shop, type Answers } from "../kit.ts";
import { glusterModel, type ModelBrick, type ModelVolume } from "./model.ts";
import { healthy, HOSTS, recorded, text } from "./recorded.ts";

const { context } = lookAt(gluster, {});

const ask = (volumes: readonly ModelVolume[], host = "web1"): readonly Reason[] =>
  glusterReasons(glusterModel(HOSTS, volumes), host, context);

const stance = (reasons: readonly Reason[]): Stance | undefined =>
  reasons.map((reason) => reason.stance).toSorted((a, b) => compareStance(b, a))[0];

const said = (reasons: readonly Reason[]): readonly string[] => reasons.map(({ stance, text }) => `${stance}: ${text}`);

const on = (...hosts: readonly string[]): readonly ModelBrick[] => hosts.map((host) => ({ host, online: true }));

const data = (change: Partial<ModelVolume> = {}): ModelVolume => ({
  name: "data",
  replicas: 3,
  bricks: on(...HOSTS),
  ...change,
});

const web3 = (online: ModelBrick["online"]): readonly ModelBrick[] => [...on("web1", "web2"), { host: "web3", online }];

describe("gluster's word on taking a host out", () => {
  it("spares one of three good copies", () => {
    expect(said(ask([data()]))).toEqual(["safe: data: nothing to heal, 2 good copies stay (web2, web3)"]);
    expect(ask([data()], "lb1")).toEqual([]);
  });

  it.each<[string, ModelVolume, Stance]>([
    ["another brick is offline", data({ bricks: web3(false) }), "no"],
    ["another brick is not known", data({ bricks: web3("unknown") }), "unknown"],
    ["something is to heal", data({ toHeal: 4 }), "wait"],
    ["heals are not known", data({ toHeal: "unknown" }), "unknown"],
    ["copies contradict each other", data({ splitBrain: 1 }), "no"],
    ["it has the only copy", data({ replicas: 1 }), "no"],
    [
      "only an arbiter would stay",
      data({ replicas: 2, bricks: [...on("web1"), { host: "web2", online: true, arbiter: true }] }),
      "no",
    ],
    ["it has the first of two", data({ replicas: 2, bricks: on("web1", "web2") }), "no"],
    ["it has the second of two", data({ replicas: 2, bricks: on("web2", "web1") }), "safe"],
    ["it has two of three", data({ bricks: on("web1", "web2", "web1") }), "no"],
    ["it carries none of it", data({ bricks: on("web2", "web3", "web2") }), "safe"],
    [
      "another set has trouble",
      data({ bricks: [...on("web1", "web2", "web3"), ...on("web2", "web3"), { host: "web4", online: false }] }),
      "unknown",
    ],
  ])("when %s", (_, volume, expected) => {
    expect(stance(ask([volume]))).toBe(expected);
  });

  it("speaks for every volume it carries", () => {
    const reasons = said(ask([data(), data({ name: "wp-core", toHeal: 7 })]));
    expect(reasons).toEqual([
      "safe: data: nothing to heal, 2 good copies stay (web2, web3)",
      "wait: until wp-core has healed: 7 to go, not enough history for a rate",
    ]);
  });

  it("says the same of recorded answers, and how long a heal should take", () => {
    const look = (answers = {}) => lookAt(gluster, { ...healthy, ...answers }).reasons("web1");
    expect(stance(look())).toBe("safe");
    const counts = [40, 30, 20].map((total, i) => ({
      ...hostReply(
        text("healthy/heal-data.xml").replaceAll(/<totalNumberOfEntries>\d+</g, `<totalNumberOfEntries>${total}<`),
      ),
      receivedAtMs: AT_MS - (2 - i) * 15_000,
    }));
    expect(look({ "gluster.heal@volume data": counts })).toContainEqual(
      expect.objectContaining({
        stance: "wait",
        text: "until data has healed: 20 to go, 0.7 a second fewer",
        expectedMs: 30_000,
      }),
    );
    expect(stance(look({ "gluster.heal@volume data": recorded("brick-dead/heal-data.xml") }))).toBe("no");
    expect(stance(look({ "gluster.heal@volume data": recorded("split-brain/heal-data.xml") }))).toBe("no");
    expect(stance(look({ "gluster.pool@pool": recorded("glusterd-stopped/pool.xml") }))).toBe("wait");
  });

  describe("the mounts of those who stay", () => {
    const MOUNTS = text("healthy/mountinfo.txt");
    const without = MOUNTS.split("\n")
      .filter((line) => !line.includes(" /data "))
      .join("\n");
    const word = (answers: Answers, host = "web1", cluster = shop) =>
      said(lookAt(gluster, { ...healthy, ...answers }, { cluster }).reasons(host)).filter(
        (reason) => !reason.startsWith("safe"),
      );

    it.each<[string, Answers, string]>([
      [
        "not mounted",
        { "gluster.mounts@web2": hostReply(without) },
        "wait: until data is mounted on web2 again: what is written there is not shared",
      ],
      [
        "something else",
        { "gluster.mounts@web2": hostReply(MOUNTS.replaceAll("fuse.glusterfs localhost:/data", "nfs4 nas:/data")) },
        "wait: until data is mounted on web2 again: nas:/data is in its place",
      ],
      [
        "hung",
        { "gluster.space@web2:/data": noReply("timeout") },
        "wait: until data answers on web2 again: its mount hangs",
      ],
      [
        "broken",
        {
          "gluster.space@web2:/data": hostReply(
            "",
            "stat: cannot read file system information for '/data': Transport endpoint is not connected\n",
            1,
          ),
        },
        "wait: until data answers on web2 again: Transport endpoint is not connected",
      ],
      [
        "not known",
        { "gluster.mounts@web2": noReply("unreachable") },
        "unknown: whether the volumes are mounted on web2 is not known: unreachable",
      ],
      [
        "not known to answer",
        { "gluster.space@web2:/data": noReply("unreachable") },
        "unknown: whether data answers on web2 is not known: unreachable",
      ],
    ])("when %s", (_, answers, expected) => {
      expect(word(answers)).toEqual([expected]);
      // Its own mounts are no reason to keep it.
      expect(word(answers, "web2")).toEqual([]);
    });

    it("count for a host without bricks too", () => {
      const web4 = {
        name: "web4",
        address: "web4",
        roles: ["node" as const],
        ssh: { agent: false, useSshConfig: false },
      };
      const four: Cluster = {
        ...shop,
        hosts: [...shop.hosts, { ...web4, disks: [] }],
        gluster: {
          hosts: HOSTS,
          service: "glusterd",
          volumes: [
            { name: "data", mount: "/data", hosts: [...HOSTS, "web4"] },
            { name: "wp-core", mount: "/wp-core", hosts: HOSTS },
          ],
        },
      };
      const well = {
        "gluster.mounts@web4": hostReply(MOUNTS),
        "gluster.space@web4:/data": hostReply(text("healthy/space.txt")),
      };
      expect(word(well, "web4", four)).toEqual([]);
      expect(word({ ...well, "gluster.space@web2:/data": noReply("timeout") }, "web4", four)).toEqual([
        "wait: until data answers on web2 again: its mount hangs",
      ]);
    });
  });

  it("does not know whether bricks under a name that the inventory lacks are its own, beside others that are", () => {
    const volumes = text("healthy/volumes.xml");
    const at = volumes.indexOf("<name>wp-core</name>");
    const renamed = (part: string) => part.replaceAll(/web([123]):\/bricks/g, "gfs$1:/bricks");
    const answers = {
      ...healthy,
      "gluster.volumes@pool": hostReply(volumes.slice(0, at) + renamed(volumes.slice(at))),
      "gluster.heal@volume wp-core": hostReply(renamed(text("healthy/heal-wp-core.xml"))),
    };
    expect(said(lookAt(gluster, answers).reasons("web1"))).toEqual([
      "safe: data: nothing to heal, 2 good copies stay (web2, web3)",
      expect.stringMatching(
        /^unknown: whether gfs1:\/bricks\/.* is its brick is not known: the inventory has no such host$/,
      ),
    ]);
  });

  it.each(["gluster.volumes@pool", "gluster.heal@volume data", "gluster.heal@volume wp-core", "gluster.pool@pool"])(
    "is unknown without %s",
    (key) => {
      for (const reason of ["timeout", "privilege", "unreachable"] as const) {
        const { reasons } = lookAt(gluster, { ...healthy, [key]: noReply(reason) });
        expect(stance(reasons("web1"))).toBe("unknown");
      }
    },
  );

  it("never says safe while a needed fact is unknown, another copy is away or something is to heal", () => {
    const trouble = fc.constantFrom<Partial<ModelVolume>>(
      { bricks: web3("unknown") },
      { bricks: web3(false) },
      { toHeal: "unknown" },
      { toHeal: 1 },
      { splitBrain: 2 },
    );
    fc.assert(
      fc.property(trouble, fc.nat(3), fc.constantFrom("web1", "web2"), (change, well, host) => {
        const volumes = Array.from({ length: well }, (_, i) => data({ name: `v${i}` }));
        expect(stance(ask([...volumes, data(change)], host))).not.toBe("safe");
      }),
    );
  });
});
