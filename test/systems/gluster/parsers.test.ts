import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Parsed } from "../../../src/connect/command.ts";
import type { HostReply } from "../../../src/connect/reply.ts";
import { parseHeal } from "../../../src/systems/gluster/parse-heal.ts";
import { parseMounts } from "../../../src/systems/gluster/parse-mounts.ts";
import { parsePool } from "../../../src/systems/gluster/parse-pool.ts";
import { parseProcesses } from "../../../src/systems/gluster/parse-processes.ts";
import { parseSpace } from "../../../src/systems/gluster/parse-space.ts";
import { parseSplitBrain } from "../../../src/systems/gluster/parse-split-brain.ts";
import { parseVersion } from "../../../src/systems/gluster/parse-version.ts";
import { brickPlace, parseVolumes } from "../../../src/systems/gluster/parse-volumes.ts";
import { anyText, harmfulIn, nearly, oddNumbersIn } from "../hostile.ts";
import { hostReply } from "../kit.ts";
import { recorded, text } from "./recorded.ts";

const failed = (name: string, exitCode: number, stderr = "") => ({ ...recorded(name), exitCode, stderr });

describe("gluster's XML", () => {
  it("is refused when gluster refuses", () => {
    expect(parseHeal(failed("refused/no-such-volume.xml", 254))).toMatchObject({
      ok: false,
      reason: "failed",
      problem: "Volume nosuch does not exist",
    });
    expect(parsePool(failed("glusterd-stopped/asked-there.txt", 1))).toMatchObject({ ok: false, reason: "failed" });
    expect(parsePool(failed("refused/viewer.txt", 1, text("refused/viewer.stderr")))).toMatchObject({
      ok: false,
      reason: "privilege",
    });
    expect(parseVolumes(failed("link-down/timed-out.txt", 1))).toMatchObject({ ok: false, reason: "failed" });
    const locked = hostReply("Another transaction is in progress for data. Please try again after some time.\n", "", 1);
    expect(parseVolumes(locked)).toMatchObject({ problem: "another gluster command holds the lock" });
  });

  it("is unreadable when half of it is missing", () => {
    expect(parseVolumes(hostReply(text("healthy/volumes.xml").slice(0, 2_000)))).toMatchObject({
      ok: false,
      reason: "unreadable",
    });
  });

  it("may spell control characters that no byte of it shows", () => {
    const xml = text("split-brain/split-brain-data.xml").replace(
      "/torn.txt",
      "/&#27;[2Jtorn&#10;.txt &amp; &lt;b&gt; é",
    );
    const answer = parseSplitBrain(hostReply(xml));
    expect(harmfulIn(answer)).toEqual([]);
    expect(answer).toMatchObject({
      value: { paths: [expect.stringMatching(/^\/.?\[2Jtorn.*\.txt & <b> é$/), "/torn.txt"] },
    });
  });

  it("defines no entities of its own", () => {
    const bomb = `<!DOCTYPE x [<!ENTITY a "aaaa">]><cliOutput><opRet>0</opRet></cliOutput>`;
    expect(parsePool(hostReply(bomb))).toMatchObject({ ok: false, reason: "unreadable" });
  });

  it("knows a brick that could not be asked, in either of gluster's ways to say so", () => {
    const [own, dead] = ["brick-dead/heal-data.xml", "healthy/heal-data.xml"].map((name) => parseHeal(recorded(name)));
    expect(own?.ok === true && own.value[1]).toMatchObject({
      connected: false,
      problem: "Transport endpoint is not connected",
    });
    expect(dead?.ok === true && dead.value[1]).toMatchObject({ connected: true, entries: { total: 0, splitBrain: 0 } });
    const dashes = text("healthy/heal-data.xml").replaceAll(/<totalNumberOfEntries>0</g, "<totalNumberOfEntries>-<");
    const answer = parseHeal(hostReply(dashes));
    expect(answer.ok && answer.value.every(({ entries }) => entries === undefined)).toBe(true);
    expect(parseSplitBrain(recorded("brick-dead/split-brain-data.xml"))).toMatchObject({
      value: { count: 0, silentBricks: ["web2:/bricks/data/brick"] },
    });
  });
});

describe("brickPlace", () => {
  it.each([
    ["web1:/bricks/data/brick", { host: "web1", path: "/bricks/data/brick" }],
    ["fd00::1:/b", { host: "fd00::1", path: "/b" }],
    ["web1:", undefined],
    [":/x", undefined],
    [undefined, undefined],
  ])("%s", (place, expected) => {
    expect(brickPlace(place)).toEqual(expected);
  });
});

describe("parseMounts", () => {
  it("reads the kernel's octal, and the topmost of several mounts", () => {
    const table = [
      String.raw`20 1 0:1 / /srv/my\040data rw - ext4 /dev/sda1 rw`,
      String.raw`21 1 0:2 / /srv/my\040data rw shared:1 - fuse.glusterfs web1:/data rw`,
      "22 1 0:3 / / rw - ext4 /dev/sda2 rw",
    ].join("\n");
    expect(parseMounts(hostReply(table), { paths: ["/srv/my data"] })).toEqual({
      ok: true,
      value: [{ path: "/srv/my data", type: "fuse.glusterfs", source: "web1:/data" }],
    });
  });
});

describe("parseProcesses", () => {
  it("knows that none runs when ps says so by its exit code", () => {
    expect(parseProcesses(hostReply("", "", 1))).toEqual({ ok: true, value: { bricks: [], selfHeal: false } });
    expect(parseProcesses(hostReply("", "error: unsupported option\n", 1))).toMatchObject({
      ok: false,
      reason: "failed",
    });
  });
});

describe("any bytes", () => {
  const parsers: Readonly<Record<string, readonly [(reply: HostReply) => Parsed<unknown>, string]>> = {
    pool: [parsePool, text("healthy/pool.xml")],
    volumes: [parseVolumes, text("healthy/volumes.xml")],
    heal: [parseHeal, text("brick-dead/heal-data.xml")],
    "split-brain": [parseSplitBrain, text("split-brain/split-brain-data.xml")],
    processes: [parseProcesses, text("healthy/processes.txt")],
    mounts: [(reply) => parseMounts(reply, { paths: ["/data", "/wp-core"] }), text("healthy/mountinfo.txt")],
    space: [parseSpace, text("healthy/space.txt")],
    version: [parseVersion, "glusterfs 10.3\n"],
  };
  it.each(Object.entries(parsers))("%s: a value or an error, with nothing harmful in it", (_, [parse, sample]) => {
    fc.assert(
      fc.property(
        fc.oneof(anyText, nearly(sample), nearly(sample)),
        anyText,
        fc.constantFrom(0, 0, 0, 1, 2, 255),
        (stdout, stderr, code) => {
          const answer = parse(hostReply(stdout, stderr, code));
          expect(harmfulIn(answer)).toEqual([]);
          expect(oddNumbersIn(answer)).toEqual([]);
        },
      ),
    );
  });
});
