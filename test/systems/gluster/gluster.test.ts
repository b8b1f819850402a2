import { describe, expect, it } from "vitest";
import { gluster } from "../../../src/systems/gluster/index.ts";
import { AT_MS, hostReply, lines, lookAt, noReply, shop, summaryText, type Answers } from "../kit.ts";
import { glusterd, healthy, HOSTS, recorded, text } from "./recorded.ts";

const look = (answers: Answers = {}) => lookAt(gluster, { ...healthy, ...answers });

const said = (findings: readonly { readonly id: string; readonly severity: string }[]): readonly string[] =>
  findings.map(({ id, severity }) => `${id} ${severity}`);

const noBrick = (path: string) =>
  hostReply(
    text("healthy/processes.txt")
      .split("\n")
      .filter((line) => !line.includes(`--brick-name ${path} `))
      .join("\n"),
  );

describe("gluster, healthy", () => {
  it("is quiet, and says so in one line", () => {
    const { pane, findings, facts } = look();
    expect(findings).toEqual([]);
    expect(pane.severity).toBe("ok");
    expect(summaryText(pane)).toBe("data 0 · wp-core 0 to heal · bricks 6/6 · mounts 6/6");
    expect(facts.askedOf).toBe("web1");
    expect(lines(pane.tables[0], ["volume", "status", "bricks", "mounts", "used", "split", "heal"])).toEqual([
      "volume | status | bricks | mounts | used | split-brain | to heal",
      "data | Started | 3/3 | 3/3 | 1% | 0 | 0",
      "wp-core | Started | 3/3 | 3/3 | 1% | 0 | 0",
    ]);
    expect(lines(pane.tables[1], ["host", "volume", "path", "state", "process", "pending"])[2]).toBe(
      "web2 | data | /bricks/data/brick | online | running | 0",
    );
    expect(lines(pane.tables[2], ["host", "path", "state", "left", "used"])[1]).toBe(
      "web1 | /data | mounted | 987M | 1%",
    );
    expect(lines(pane.tables[3])).toEqual([
      "host | peer | glusterd | self-heal | bricks run | version",
      "web1 | connected, asked | running | on | 2 | 10.3",
      "web2 | connected | running | on | 2 | 10.3",
      "web3 | connected | running | on | 2 | 10.3",
    ]);
  });

  it("says nothing before the first answers, and claims nothing", () => {
    const { pane, findings } = lookAt(gluster, {});
    expect(findings).toEqual([]);
    expect(pane.severity).toBe("unknown");
    expect(summaryText(pane)).toBe("data … · wp-core … to heal · mounts …");
  });

  it("reads facts that its published schema allows", () => {
    for (const answers of [healthy, {}, { ...healthy, "gluster.space@web1:/data": noReply("timeout") }]) {
      const { facts } = lookAt(gluster, answers);
      expect(gluster.factsSchema.parse(facts)).toEqual(facts);
    }
  });
});

describe("gluster, a dead brick", () => {
  const dead = {
    "gluster.heal@volume data": recorded("brick-dead/heal-data.xml"),
    "gluster.split_brain@volume data": recorded("brick-dead/split-brain-data.xml"),
    "gluster.processes@web2": noBrick("/bricks/data/brick"),
  };

  it("is not 0 to heal but unknown, and the others' counts stand", () => {
    const { pane, findings, facts } = look(dead);
    expect(
      facts.volumes[0]?.bricks.map(({ pending }) => (pending.state === "known" ? pending.value : pending.detail)),
    ).toEqual([9, "Transport endpoint is not connected", 9]);
    expect(summaryText(pane)).toBe("data 9+? · wp-core 0 to heal · bricks 5/6 · mounts 6/6");
    expect(lines(pane.tables[1], ["host", "volume", "state", "pending"])[2]).toBe("web2 | data | offline | ?");
    expect(said(findings)).toEqual(["gluster.brick_down critical", "gluster.heal_pending info"]);
    expect(findings[0]).toMatchObject({
      host: "web2",
      text: "Brick web2:/bricks/data/brick of data is down, its process does not run: 2 of 3 copies left",
      next: "gluster volume start data force",
    });
    expect(findings[1]?.text).toBe("data has 9 or more to heal; 1 brick of 3 could not say");
  });

  it("is known by its process alone when the pool cannot be asked any more", () => {
    const later = { ...noBrick("/bricks/data/brick"), receivedAtMs: AT_MS + 1_000 };
    expect(said(look({ "gluster.processes@web2": later }).findings)).toEqual(["gluster.brick_down critical"]);
    // The client got through after the processes were listed: it has been started since.
    const earlier = { ...noBrick("/bricks/data/brick"), receivedAtMs: AT_MS - 5_000 };
    expect(look({ "gluster.processes@web2": earlier }).findings).toEqual([]);
  });

  it("is not called unreachable when it was started since it was last asked", () => {
    const started = hostReply(text("healthy/processes.txt").replaceAll(/^(\S+) +512 /gm, "$1 1 "));
    const { findings, facts } = look({ ...dead, "gluster.processes@web2": started });
    expect(facts.volumes[0]?.bricks[1]?.online).toMatchObject({ state: "unknown", reason: "pending" });
    expect(said(findings)).toEqual(["gluster.heal_pending info"]);
  });

  it("loses the volume its quorum when a second one goes", () => {
    const { findings } = look({ ...dead, "gluster.processes@web3": noBrick("/bricks/data/brick") });
    expect(said(findings)).toContain("gluster.quorum_lost critical");
  });

  it("may be frozen", () => {
    const frozen = hostReply(
      text("healthy/processes.txt").replace(/^SLsl(.*--brick-name \/bricks\/data\/brick )/m, "TLsl$1"),
    );
    const { findings } = look({ "gluster.processes@web2": frozen });
    expect(said(findings)).toEqual(["gluster.brick_frozen critical"]);
  });
});

describe("gluster, a host cut off from the network", () => {
  it("has bricks that do not answer, and nothing is claimed of what it cannot say itself", () => {
    const { findings, pane } = look({
      "gluster.pool@pool": recorded("link-down/pool.xml"),
      "gluster.heal@volume data": recorded("link-down/heal-data.xml"),
      ...Object.fromEntries(
        ["processes", "unit", "version", "mounts"].map((what) => [`gluster.${what}@web3`, noReply("unreachable")]),
      ),
      "gluster.space@web3:/data": noReply("unreachable"),
      "gluster.space@web3:/wp-core": noReply("unreachable"),
    });
    expect(said(findings)).toEqual([
      "gluster.brick_unreachable critical",
      "gluster.heal_pending info",
      "gluster.mount_unknown unknown",
    ]);
    expect(findings[0]?.text).toBe("Brick web3:/bricks/data/brick of data does not answer: 2 of 3 copies left");
    expect(summaryText(pane)).toBe("data 8+? · wp-core 0 to heal · bricks 5/6 · mounts 4/6 2?");
  });
});

describe("gluster, glusterd stopped on one host", () => {
  const stopped = {
    "gluster.pool@pool": recorded("glusterd-stopped/pool.xml"),
    "gluster.heal@volume data": recorded("glusterd-stopped/heal-data.xml"),
    "gluster.unit@web3": glusterd("inactive", "dead"),
  };

  it("leaves its bricks serving, though a newcomer does not find them", () => {
    const { findings, pane } = look(stopped);
    expect(said(findings)).toEqual(["gluster.heal_unknown unknown", "gluster.daemon_down warning"]);
    expect(lines(pane.tables[1], ["host", "volume", "state", "process", "pending"])[3]).toBe(
      "web3 | data | online | running | ?",
    );
    expect(lines(pane.tables[3], ["host", "peer", "daemon"])[3]).toBe("web3 | disconnected | inactive");
  });

  it("may have taken its bricks with it", () => {
    const gone = hostReply("", "", 1);
    const { findings } = look({ ...stopped, "gluster.processes@web3": gone });
    expect(said(findings)).toEqual([
      "gluster.brick_down critical",
      "gluster.heal_unknown unknown",
      "gluster.brick_down critical",
      "gluster.daemon_down warning",
    ]);
    expect(findings.at(-1)?.text).toBe("glusterd on web3 is inactive: its 2 bricks stopped with it");
  });

  it("is no answer for the pool when it is the one that is asked", () => {
    const { findings } = look({
      "gluster.pool@pool": { ...recorded("glusterd-stopped/asked-there.txt"), exitCode: 1 },
    });
    expect(findings[0]).toMatchObject({ id: "gluster.pool_unknown", severity: "unknown" });
  });
});

describe("gluster, split-brain", () => {
  it("names the files, and is critical", () => {
    const { findings, pane } = look({
      "gluster.heal@volume data": recorded("split-brain/heal-data.xml"),
      "gluster.split_brain@volume data": recorded("split-brain/split-brain-data.xml"),
    });
    expect(findings.find(({ id }) => id === "gluster.split_brain")).toMatchObject({
      severity: "critical",
      text: "Split-brain on data: 1 file with contradicting copies (/torn.txt)",
    });
    expect(summaryText(pane)).toBe("data 1 · wp-core 0 to heal · split-brain 1 · bricks 6/6 · mounts 6/6");
  });

  it("is known by number before its files are", () => {
    const { findings } = look({ "gluster.heal@volume data": recorded("split-brain/heal-data.xml") });
    expect(said(findings)).toContain("gluster.split_brain critical");
  });
});

describe("gluster, heals over time", () => {
  const counts = (...totals: readonly number[]) =>
    totals.map((total, i) => {
      const xml = text("healthy/heal-data.xml").replaceAll(
        /<totalNumberOfEntries>\d+</g,
        `<totalNumberOfEntries>${total}<`,
      );
      const atMs = AT_MS - (totals.length - 1 - i) * 15_000;
      return { ...hostReply(xml), sentAtMs: atMs - 90, receivedAtMs: atMs };
    });
  const trend = (...totals: readonly number[]) => look({ "gluster.heal@volume data": counts(...totals) });

  it.each([
    [[400, 310, 220, 130], "falling", "warning: data has 130 to heal, 6 a second fewer: done in about 21s"],
    [[10, 20, 31], "rising", "warning: data has 31 to heal, 0.7 a second more"],
    [[1700, 1700, 1700], "steady", "warning: data has 1,700 to heal, stalled for 30s"],
    [[7, 7, 7], "steady", "info: data has 7 to heal, stalled for 30s"],
  ])("%j is %s", (totals, direction, words) => {
    const { facts, findings } = trend(...totals);
    expect(facts.volumes[0]?.trend).toMatchObject({ state: "known", value: { direction } });
    expect(`${findings[0]?.severity}: ${findings[0]?.text}`).toBe(words);
  });

  it.each([
    ["counted once, as by a single status", [1700], "warning"],
    ["a few files being written", [0, 3, 1, 4], "info"],
    ["a burst between two counts", [0, 400], "info"],
    ["a burst in one of several", [2, 400, 3], "info"],
    ["many in two counts in a row", [0, 400, 380], "warning"],
    ["few, for two minutes", Array.from({ length: 9 }, () => 3), "warning"],
    ["few, and fewer again and again", [9, 8, 7, 6, 5, 4, 3, 2, 1], "info"],
  ])("%s: %j is %s", (_, totals, severity) => {
    expect(trend(...totals).findings[0]).toMatchObject({ id: "gluster.heal_pending", severity });
  });

  /** Each total for five minutes. */
  const spread = (...totals: readonly number[]) =>
    look({
      "gluster.heal@volume data": counts(...totals.flatMap((total) => [total, total])).map((reply, i) => {
        const atMs = AT_MS - (2 * totals.length - 1 - i) * 150_000;
        return { ...reply, sentAtMs: atMs - 90, receivedAtMs: atMs };
      }),
    }).findings.map(({ id, severity }) => `${id} ${severity}`);

  it("is critical when nothing has become less for twenty minutes, however few", () => {
    expect(spread(9, 7, 7, 8, 9, 7)).toEqual(["gluster.heal_stalled critical"]);
    expect(spread(3, 3, 3, 3, 3)).toEqual(["gluster.heal_stalled critical"]);
    expect(
      trend(3, 3).findings.find(({ id }) => id === "gluster.heal_pending")?.explainedBy,
      "a brick that gives its count explains nothing",
    ).toEqual([]);
  });

  it.each([
    ["it falls, slowly, as a backlog does", [900, 899, 898, 897, 896, 895]],
    ["it was done in between", [7, 7, 0, 7, 7, 7]],
    ["it is not yet that long", [7, 7, 7, 7]],
  ])("is no more than a warning when %s", (_, totals) => {
    expect(spread(...totals)).toEqual(["gluster.heal_pending warning"]);
  });

  it("needs two counts by the same bricks", () => {
    expect(trend(5).facts.volumes[0]?.trend).toMatchObject({ state: "unknown", reason: "pending" });
    const [before] = counts(9, 9);
    if (before === undefined) throw new Error("no count");
    const { facts } = look({ "gluster.heal@volume data": [before, recorded("brick-dead/heal-data.xml")] });
    expect(facts.volumes[0]?.trend).toMatchObject({ state: "unknown", reason: "pending" });
  });

  it("is unknown, not 0, when the count did not come in time", () => {
    const { findings, pane } = look({ "gluster.heal@volume data": noReply("timeout") });
    expect(said(findings)).toEqual(["gluster.heal_unknown unknown"]);
    expect(findings[0]?.next).toBe("gluster volume heal data statistics heal-count");
    expect(summaryText(pane)).toBe("data ? · wp-core 0 to heal · bricks 3/6 3? · mounts 6/6");
  });
});

describe("gluster, mounts", () => {
  const without = (path: string) =>
    hostReply(
      text("healthy/mountinfo.txt")
        .split("\n")
        .filter((line) => !line.includes(` ${path} `))
        .join("\n"),
    );

  it("sees a plain directory in a volume's place, and not the local disk's size as the volume's", () => {
    const { findings, pane, facts } = look({ "gluster.mounts@web2": without("/data") });
    expect(findings[0]).toMatchObject({
      id: "gluster.mount_missing",
      severity: "critical",
      host: "web2",
      text: "data is not mounted at /data on web2: writes there go to the local disk",
    });
    expect(facts.mounts.find(({ host, path }) => host === "web2" && path === "/data")?.space).toMatchObject({
      state: "unknown",
      reason: "missing",
    });
    expect(lines(pane.tables[2], ["host", "path", "state", "used"])[3]).toBe("web2 | /data | not mounted | -");
    // Web2 itself may go; without another, more visitors would write to its local disk.
    const decisive = (host: string) => look({ "gluster.mounts@web2": without("/data") }).reasons(host);
    expect(decisive("web1")).toContainEqual(
      expect.objectContaining({
        stance: "wait",
        text: "until data is mounted on web2 again: what is written there is not shared",
      }),
    );
    expect(decisive("web2").every(({ stance }) => stance === "safe")).toBe(true);
    expect(summaryText(pane)).toContain("mounts 5/6");
  });

  it.each([
    ["another volume", "localhost:/data rw", "localhost:/wp-core rw"],
    ["another kind", "fuse.glusterfs localhost:/data", "nfs4 nas:/data"],
  ])("sees %s mounted there", (_, was, is) => {
    const { findings } = look({ "gluster.mounts@web2": hostReply(text("healthy/mountinfo.txt").replace(was, is)) });
    expect(said(findings)).toEqual(["gluster.mount_wrong critical"]);
  });

  it("calls a mount hung only when its host answers", () => {
    const hung = look({ "gluster.space@web2:/data": noReply("timeout") });
    expect(said(hung.findings)).toEqual(["gluster.mount_hung critical"]);
    expect(lines(hung.pane.tables[2], ["host", "path", "state", "used"])[3]).toBe("web2 | /data | hangs | -");
    const silent = look({ "gluster.space@web2:/data": noReply("timeout"), "gluster.mounts@web2": noReply("timeout") });
    expect(said(silent.findings)).toEqual(["gluster.mount_unknown unknown"]);
  });

  it("tells a mount that answers with an error", () => {
    const stderr = "stat: cannot read file system information for '/data': Transport endpoint is not connected\n";
    const { findings } = look({ "gluster.space@web2:/data": hostReply("", stderr, 1) });
    expect(findings[0]).toMatchObject({
      id: "gluster.mount_broken",
      text: "/data on web2 answers with an error: Transport endpoint is not connected",
    });
  });

  it("warns of a volume that fills up, once, in space or inodes", () => {
    const full = hostReply("4096 1000 60 40 65536 60000\n");
    const inodes = hostReply("4096 1000 900 900 1000 80\n");
    const answers = Object.fromEntries(HOSTS.map((host) => [`gluster.space@${host}:/data`, full]));
    const { findings } = look({ ...answers, "gluster.space@web1:/wp-core": inodes });
    expect(findings.map(({ severity, subject, text: words }) => `${severity} ${subject}: ${words}`)).toEqual([
      "critical volume data: Volume data has used 96% of its space, 160K left",
      "warning volume wp-core: Volume wp-core has used 92% of its inodes",
    ]);
  });
});

describe("gluster, other states", () => {
  it("says once what an account without root cannot see, and shows the rest", () => {
    const refused = noReply("privilege");
    const { findings, pane } = lookAt(gluster, {
      ...healthy,
      "gluster.pool@pool": refused,
      "gluster.volumes@pool": refused,
      "gluster.heal@volume data": refused,
      "gluster.heal@volume wp-core": refused,
      "gluster.split_brain@volume data": refused,
    });
    expect(said(findings)).toEqual(["gluster.pool_unknown unknown"]);
    expect(summaryText(pane)).toBe("data ? · wp-core ? to heal · mounts 6/6");
  });

  it("finds a volume that is missing or stopped, and shows one that nobody expected", () => {
    const { gluster: config } = shop;
    if (config === undefined) throw new Error("the test cluster has no Gluster");
    const fewer = lookAt(gluster, {
      ...healthy,
      "gluster.volumes@pool": hostReply(
        text("healthy/volumes.xml")
          .replace("<name>data<", "<name>other<")
          .replace("<statusStr>Started<", "<statusStr>Stopped<"),
      ),
    });
    expect(said(fewer.findings)).toEqual(["gluster.volume_missing critical"]);
    expect(lines(fewer.pane.tables[0], ["volume", "status", "heal"])).toContain("other | Stopped | -");
    const stopped = look({
      "gluster.volumes@pool": hostReply(
        text("healthy/volumes.xml").replace("<statusStr>Started<", "<statusStr>Stopped<"),
      ),
    });
    expect(said(stopped.findings)).toEqual(["gluster.volume_stopped critical"]);
  });

  it("notices a self-heal daemon that does not run, and mixed versions", () => {
    const processes = hostReply(
      text("healthy/processes.txt").replace("--process-name glustershd", "--process-name gone"),
    );
    const { findings } = look({
      "gluster.processes@web2": processes,
      "gluster.version@web3": hostReply("glusterfs 11.1\n"),
    });
    expect(said(findings)).toEqual(["gluster.self_heal_down warning", "gluster.versions info"]);
  });

  it.each(["off", "disable", "0"])("notices that somebody set cluster.self-heal-daemon %s on one volume", (value) => {
    const option = `<option><name>cluster.self-heal-daemon</name><value>${value}</value></option>`;
    const { findings } = look({
      "gluster.volumes@pool": hostReply(text("healthy/volumes.xml").replace("<options>", `<options>${option}`)),
    });
    expect(findings).toMatchObject([{ id: "gluster.self_heal_off", severity: "warning", subject: "volume data" }]);
    expect(findings[0]?.next).toBe("gluster volume set data cluster.self-heal-daemon on");
  });

  it("asks the pool of one elected host, each volume in a queue of its own, and takes no lock of the pool", () => {
    const probes = gluster.probes(shop);
    const elected = probes.filter(({ candidates }) => candidates.length > 1);
    expect(new Set(elected.map(({ group }) => group))).toEqual(new Set(["pool", "volume data", "volume wp-core"]));
    const sent = probes.flatMap(({ ask }) => (ask.send.kind === "host" ? [ask.send.argv.join(" ")] : []));
    expect(sent.filter((line) => /volume status|statistics/.test(line))).toEqual([]);
    expect(new Set(probes.map(({ key }) => key)).size).toBe(probes.length);
    // Changes are in the catalogue too, for procedures; what is watched only reads.
    const asked = new Set(gluster.probes(shop).map(({ ask }) => ask.commandId));
    expect(gluster.commands.filter(({ id }) => asked.has(id)).every(({ effect }) => effect === "read")).toBe(true);
  });
});
