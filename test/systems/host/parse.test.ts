import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Parsed } from "../../../src/connect/command.ts";
import type { HostReply } from "../../../src/connect/reply.ts";
import { parseClock } from "../../../src/systems/host/parse-clock.ts";
import { parseDisks, parseNamedDisks } from "../../../src/systems/host/parse-disks.ts";
import { parseMarks } from "../../../src/systems/host/parse-marks.ts";
import { parseApt, parseDnf, parseNeedsRestarting } from "../../../src/systems/host/parse-packages.ts";
import { parsePackageRun } from "../../../src/systems/host/parse-package-run.ts";
import { parseFailedUnits } from "../../../src/systems/host/parse-units.ts";
import { parseVitals } from "../../../src/systems/host/parse-vitals.ts";
import { longLine } from "../hostile.ts";
import { anyText, AT_MS, HARMFUL, hostReply, recorded, textsIn } from "../kit.ts";

const reply = (file: string, stderr = "", exitCode = 0) => hostReply(recorded("host", `${file}.txt`), stderr, exitCode);

const value = <T>(answer: Parsed<T>): T => {
  if (!answer.ok) throw new Error(answer.problem);
  return answer.value;
};

describe("clock", () => {
  const asked = (stdout: string, roundTripMs: number): HostReply => ({
    ...hostReply(stdout),
    sentAtMs: AT_MS,
    receivedAtMs: AT_MS + roundTripMs,
  });

  test.each([
    // The host read its clock 50 ms after sending: in the middle of the round trip.
    [asked("1800000000.050000000\n", 100), { offsetMs: 0, errorMs: 50 }],
    [asked("1800000002.050000000\n", 100), { offsetMs: 2_000, errorMs: 50 }],
    [asked("1799999990.000000000\n", 0), { offsetMs: -10_000, errorMs: 0 }],
    // No nanoseconds: anywhere in that second.
    [asked("1800000000.%N\n", 100), { offsetMs: 450, errorMs: 550 }],
  ])("%#", (given, expected) => {
    expect(parseClock(given)).toEqual({ ok: true, value: expected });
  });

  test("whatever the delays on the way there and back, the true offset is within the error", () => {
    const ms = fc.integer({ min: 0, max: 5_000 });
    fc.assert(
      fc.property(ms, ms, fc.integer({ min: -86_400_000, max: 86_400_000 }), (there, back, offset) => {
        const hostMs = AT_MS + there + offset;
        const text = `${Math.floor(hostMs / 1_000)}.${String(hostMs % 1_000).padStart(3, "0")}000000\n`;
        const { offsetMs, errorMs } = value(parseClock(asked(text, there + back)));
        expect(Math.abs(offsetMs - offset)).toBeLessThanOrEqual(errorMs + 1);
      }),
    );
  });

  test("is not read from anything else", () => {
    expect(parseClock(hostReply("Sat Nov 21 01:12:49 UTC 2026\n"))).toMatchObject({ ok: false, reason: "unreadable" });
  });
});

describe("vitals", () => {
  test("as web1 of the lab answers: the uptime is the container's, not the machine's", () => {
    const vitals = value(parseVitals(reply("vitals.web1")));
    expect(vitals).toMatchObject({ cores: 2, memoryTotalBytes: 24_684_092 * 1_024, swapTotalBytes: 0 });
    expect(vitals.uptimeMs).toBeLessThan(3_000_000);
  });

  const text = recorded("host", "vitals.web1.txt");
  test.each([
    [/online:.*/, "online:0-3,8,10-11", { cores: 7 }],
    // Clocks of process and machine part by a tick: never less than nothing.
    [/uptime:.*/, "uptime:60.5 1.0", { uptimeMs: 0 }],
    [/\/proc\/1\/stat.*\n/, "", {}],
  ])("%#", (what, instead, expected) => {
    expect(parseVitals(hostReply(text.replace(what, instead)))).toMatchObject({ ok: true, value: expected });
  });

  test.each([["loadavg"], ["uptime"], ["MemAvailable"], ["online"]])("without %s it is an error, not a 0", (name) => {
    const without = text
      .split("\n")
      .filter((line) => !line.includes(name))
      .join("\n");
    expect(parseVitals(hostReply(without, "", 2))).toMatchObject({ ok: false, reason: "unreadable" });
  });
});

describe("disks", () => {
  test("as web1 of the lab answers: what matters, by df's own arithmetic", () => {
    const disks = value(parseDisks(reply("disks.web1")));
    expect(disks.map(({ mount }) => mount)).toEqual(["/", "/tmp", "/bricks", "/var/lib/mysql"]);
    // df -P says 26% of this one.
    expect(disks[3]?.usedShare).toBeCloseTo(395_145_216 / (395_145_216 + 1_168_683_008));
    expect(disks[3]?.inodesUsedShare).toBeCloseTo(235 / 98_304);
  });

  test("a mount point with blanks, a file system without inodes, one filled into root's reserve", () => {
    const text = `Type 1B-blocks Used Avail Inodes IUsed Mounted on
btrfs 1000 400 600 0 0 /srv/my sites
ext4 1000 990 0 10 10 /full
-  - - - - - /odd
`;
    expect(value(parseDisks(hostReply(text)))).toMatchObject([
      { mount: "/srv/my sites", usedShare: 0.4, inodesUsedShare: undefined },
      { mount: "/full", usedShare: 1, inodesUsedShare: 1, availableBytes: 0 },
    ]);
  });

  test("a path that could not be looked at is passed over among all, and not among named ones", () => {
    const stderr = "df: /var/lib/docker/overlay2/x: Permission denied\n";
    expect(parseDisks(reply("disks.web1", stderr, 1)).ok).toBe(true);
    expect(parseNamedDisks(reply("disks.web1", stderr, 1))).toMatchObject({ ok: false, reason: "failed" });
  });
});

describe("failed units", () => {
  test("none, and some", () => {
    expect(value(parseFailedUnits(reply("failed_units.web1")))).toEqual([]);
    const text =
      "● apache2.service loaded failed failed The Apache HTTP Server\nwp\\x2dcore.mount loaded failed failed /wp-core\n";
    expect(value(parseFailedUnits(hostReply(text)))).toEqual(["apache2.service", String.raw`wp\x2dcore.mount`]);
  });

  test("no systemd", () => {
    const stderr = "System has not been booted with systemd as init system (PID 1). Can't operate.\n";
    expect(parseFailedUnits(hostReply("", stderr, 1))).toMatchObject({ ok: false, reason: "missing" });
  });
});

test("marks", () => {
  expect(value(parseMarks(reply("marks.web1", recorded("host", "marks.web1.stderr"), 1)))).toEqual({
    rebootFlagAtMs: undefined,
    kernels: [],
    listsAtMs: expect.closeTo(1_795_223_109_640, -2),
  });
  const text =
    "200.5 100.0 /boot/vmlinuz-6.1.0-22-amd64\n300.0 299.0 /run/reboot-required\n1.0 50.0 /var/cache/dnf/last_makecache\n";
  expect(value(parseMarks(hostReply(text)))).toEqual({
    rebootFlagAtMs: 299_000,
    kernels: [{ version: "6.1.0-22-amd64", installedAtMs: 200_500 }],
    listsAtMs: 50_000,
  });
  expect(parseMarks(hostReply("", "find: bad\n", 1))).toMatchObject({ ok: false, reason: "failed" });
});

describe("apt", () => {
  test("as web1 of the lab answers", () => {
    const { upgrades, heldBack } = value(parseApt(reply("packages_apt.web1")));
    expect(upgrades).toHaveLength(50);
    expect(upgrades.every(({ security }) => security)).toBe(true);
    expect(upgrades.find(({ name }) => name === "mariadb-server")).toMatchObject({
      from: expect.stringMatching(/^1:10\.11\.18/),
    });
    expect(heldBack).toBe(0);
  });

  test("security by where it comes from; new packages are no upgrades; held ones apart", () => {
    const text = `Inst a [1] (2 Debian:12.11/stable [amd64])
Inst b [1] (2 Ubuntu:22.04/jammy-updates, Ubuntu:22.04/jammy-security [all])
Inst new (1 Debian:12.11/stable [amd64])
2 upgraded, 1 newly installed, 1 downgraded, 0 to remove and 3 not upgraded.
`;
    const { upgrades, heldBack } = value(parseApt(hostReply(text)));
    expect(upgrades.map(({ name, security }) => `${name} ${security}`)).toEqual(["a false", "b true"]);
    expect(heldBack).toBe(3);
  });

  test("a list cut short is an error, not fewer upgrades", () => {
    const lines = recorded("host", "packages_apt.web1.txt").split("\n");
    const cut = lines.filter((line) => !line.startsWith("Inst libssl3")).join("\n");
    expect(parseApt(hostReply(cut))).toMatchObject({ ok: false, reason: "unreadable" });
    expect(parseApt(hostReply("Reading package lists...\n"))).toMatchObject({ ok: false, reason: "unreadable" });
  });

  test("an interrupted dpkg, with its way out", () => {
    const stderr =
      "E: dpkg was interrupted, you must manually run 'sudo dpkg --configure -a' to correct the problem.\n";
    expect(parseApt(hostReply("", stderr, 100))).toMatchObject({ reason: "failed", fix: "sudo dpkg --configure -a" });
  });
});

/** Shaped after dnf(8) and dnf-plugins-core's needs-restarting(1); the real dnf is asked in test/lab/long/dnf.test.ts. */
describe("dnf", () => {
  test("updates, without the obsoletes", () => {
    const text = `
openssl.x86_64           1:3.0.7-28.el9_4     baseos
kernel-core.x86_64       5.14.0-427.el9       baseos
Obsoleting Packages
grub2-tools.x86_64       1:2.06-80.el9        baseos
    grub2-tools.x86_64   1:2.06-77.el9        @System
`;
    expect(value(parseDnf(hostReply(text, "", 100)))).toEqual([
      "openssl.x86_64 1:3.0.7-28.el9_4",
      "kernel-core.x86_64 5.14.0-427.el9",
    ]);
    expect(value(parseDnf(hostReply("", "", 0)))).toEqual([]);
    expect(parseDnf(hostReply("", "Error: Cache-only enabled but no cache for 'baseos'\n", 1))).toMatchObject({
      reason: "failed",
      fix: "sudo dnf makecache",
    });
  });

  // As seen of dnf 4.14 where rpm's database could not be opened: it ends with 0 all the same, and lists nothing.
  test("a database that cannot be read is not an empty one", () => {
    const blind = "error: cannot open Packages database in \n";
    const problem = "dnf could not read which packages are installed: error: cannot open Packages database in";
    expect(parseDnf(hostReply("", blind, 0))).toMatchObject({ reason: "failed", problem });
    expect(parseNeedsRestarting(hostReply("Reboot should not be necessary.\n", blind))).toMatchObject({ problem });
  });

  test("reboot", () => {
    const needed = `Core libraries or services have been updated since boot-up:
  * kernel
  * systemd

Reboot is required to fully utilize these updates.
`;
    expect(value(parseNeedsRestarting(hostReply(needed, "", 1)))).toEqual({
      reboot: true,
      because: ["kernel", "systemd"],
    });
    const not = "No core libraries or services have been updated since boot-up.\nReboot should not be necessary.\n";
    expect(value(parseNeedsRestarting(hostReply(not)))).toEqual({ reboot: false, because: [] });
    expect(parseNeedsRestarting(hostReply("", "Error\n", 1)).ok).toBe(false);
  });
});

test("whatever a host sends: a value or an error in harmless words", () => {
  fc.assert(
    fc.property(anyText, fc.constantFrom(0, 1, 2, 100), (text, exitCode) => {
      const replies = [
        hostReply(text, text, exitCode),
        hostReply(`Type 1B-blocks\next4 1 1 1 1 1 /${text}\n`),
        hostReply(`1.0 1.0 /boot/vmlinuz-${text}\n`),
        hostReply(`Inst ${text} [1] (2 x)\n0 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.\n`),
        hostReply(`${text}.service a b\n`),
      ];
      const parsers = [
        parseClock,
        parseVitals,
        parseDisks,
        parseNamedDisks,
        parseFailedUnits,
        parseMarks,
        parseApt,
        parseDnf,
        parseNeedsRestarting,
      ];
      for (const given of replies)
        for (const each of textsIn(parsers.map((parse) => parse(given)))) expect(each).not.toMatch(HARMFUL);
    }),
  );
});

test.each<[string, (reply: HostReply) => unknown, string, number, string]>([
  ["a version of apt's without its end", parseApt, longLine("Inst a [1] (", "x"), 0, "no summary line"],
  ["a name of dnf's without a version", parseDnf, longLine("", "a."), 100, "lists none"],
  ["blank lines of dnf's", parseNeedsRestarting, longLine("Reboot is required", "\n", "* a"), 1, '"reboot":true'],
  ["an option of apt's", parsePackageRun, longLine("7 7 apt apt install -", "s", "!\n"), 0, '"program":"apt"'],
  ["a unit's name", parseFailedUnits, longLine("", "a."), 0, ""],
])("a line that never ends is read in passing: %s", (_, parse, text, exitCode, said) => {
  expect(JSON.stringify(parse(hostReply(text, "", exitCode)))).toContain(said);
});
