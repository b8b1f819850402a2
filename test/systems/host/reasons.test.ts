import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { UnknownReason } from "../../../src/connect/sample.ts";
import { host } from "../../../src/systems/host/index.ts";
import { packageRun } from "../../../src/systems/host/commands.ts";
import { parsePackageRun } from "../../../src/systems/host/parse-package-run.ts";
import { anyText, AT_MS, DOWN, HARMFUL, hostReply, lookAt, noReply, textsIn, type Answers } from "../kit.ts";

const ps = (...lines: readonly string[]) => hostReply(["      1  90000 systemd /sbin/init", ...lines, ""].join("\n"));
const word = (answers: Answers, links = {}) =>
  lookAt(host, answers, { links })
    .reasons("web1")
    .map(({ stance, text }) => `${stance}: ${text}`);

test("nothing is being changed", () => {
  expect(word({ "host.package_run@web1": ps() })).toEqual(["safe: it answers, and no packages are being changed"]);
});

test("another host without room left is waited for, one's own is no reason to stay", () => {
  const full = hostReply("Type 1B\next4 10000000 9900000 100000 1000 10 /var/lib/mysql\n");
  const idle = { "host.package_run@web1": ps() };
  expect(word({ ...idle, "host.disks@web3": full })).toEqual([
    "safe: it answers, and no packages are being changed",
    "wait: until there is room on web3's /var/lib/mysql: what runs there may stop any moment",
  ]);
  expect(word({ ...idle, "host.disks@web1": full })).toEqual(["safe: it answers, and no packages are being changed"]);
});

test("an upgrade at work is waited for", () => {
  const upgrade = "   4711    95 apt-get apt-get -y install --only-upgrade mariadb-server";
  expect(
    word({ "host.package_run@web1": ps(upgrade, "   4720  3 dpkg /usr/bin/dpkg --status-fd 9 --unpack x.deb") }),
  ).toEqual(["wait: until apt-get has ended; it has run for 1m35s"]);
});

describe("questions are no changes", () => {
  test.each([
    "   4711  2 apt-get apt-get -s -q -o Debug::NoLocking=true dist-upgrade",
    "   4711  2 apt-get apt-get -qs upgrade",
    "   4711  2 apt-get apt-get changelog apache2",
    "   4711  2 dnf /usr/bin/python3 /usr/bin/dnf -q -C check-update --security",
    "   4711  2 dpkg dpkg -l",
    "   4711  2 dnf5 /usr/bin/dnf5 -q check-upgrade",
    "   4711  2 dnf-automatic /usr/bin/python3 /usr/bin/dnf-automatic /etc/dnf/automatic.conf --no-installupdates",
    "   4711  2 rpm rpm -qa",
    "   4711 90000 unattended-upgr /usr/bin/python3 /usr/share/unattended-upgrades/unattended-upgrade-shutdown --wait-for-signal",
  ])("%s", (line) => {
    expect(parsePackageRun(ps(line))).toEqual({ ok: true, value: {} });
  });
});

test.each([
  "   4711  2 apt apt full-upgrade",
  "   4711  2 dnf /usr/bin/python3 /usr/bin/dnf -y upgrade",
  "   4711  2 dnf-automatic /usr/bin/python3 /usr/bin/dnf-automatic /etc/dnf/automatic.conf --timer",
  "   4711  2 dnf5 /usr/bin/dnf5 automatic --timer",
  "   4711  2 dnf5 dnf5 -y upgrade",
  "   4711  2 microdnf microdnf upgrade",
  "   4711  2 yum-cron /usr/bin/python /usr/sbin/yum-cron",
  "   4711  2 rpm rpm -Uvh x.rpm",
  "   4711  2 dpkg dpkg --configure -a",
  "   4711  2 unattended-upgr /usr/bin/python3 /usr/bin/unattended-upgrade",
])("changes: %s", (line) => {
  expect(parsePackageRun(ps(line))).toMatchObject({ value: { forMs: 2_000 } });
});

test("every program that is told from a question is asked for by its name", () => {
  const named = packageRun.argv(undefined)[4]?.split(",");
  for (const name of ["dnf-automatic", "dnf5", "microdnf", "yum-cron"]) expect(named).toContain(name);
});

test("other accounts' processes hidden: not seen is not absent", () => {
  expect(parsePackageRun(hostReply("", "", 1))).toMatchObject({ ok: false, reason: "privilege" });
});

test("any bytes", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const answer = parsePackageRun(hostReply(text));
      expect(textsIn(answer).some((each) => HARMFUL.test(each))).toBe(false);
    }),
  );
});

test("whatever is not known is never safe", () => {
  const reasons: readonly UnknownReason[] = ["timeout", "privilege", "unreadable", "stale", "pending"];
  fc.assert(
    fc.property(fc.constantFrom(...reasons), fc.boolean(), (reason, gone) => {
      const answers = gone ? { "host.package_run@web1": ps() } : { "host.package_run@web1": noReply(reason) };
      const [first] = lookAt(host, answers, { links: gone ? { web1: DOWN } : {} }).reasons("web1");
      expect(first?.stance).toBe("unknown");
    }),
  );
  const connecting = { web1: { state: "connecting", sinceMs: AT_MS } } as const;
  expect(word({ "host.package_run@web1": ps() }, connecting)).toEqual([
    "unknown: web1 cannot be asked (not connected yet)",
  ]);
});
