import { describe, expect, test } from "vitest";
import type { Link } from "../../../src/connect/access.ts";
import type { UnknownReason } from "../../../src/connect/sample.ts";
import type { Cluster } from "../../../src/inventory/cluster.ts";
import { storiesOf } from "../../../src/safety/stories.ts";
import { host } from "../../../src/systems/host/index.ts";
import { rebootOf } from "../../../src/systems/host/reboot.ts";
import { AT_MS, DOWN, hostReply, lines, lookAt, noReply, recorded, shop, summaryText, type Answers } from "../kit.ts";

const HOSTS = ["web1", "web2", "web3", "lb1"];
const reply = (file: string, stderr = "", exitCode = 0) => hostReply(recorded("host", `${file}.txt`), stderr, exitCode);

const clock = (offsetMs: number, errorMs = 1) => {
  const hostMs = AT_MS + offsetMs;
  const text = `${Math.floor(hostMs / 1_000)}.${String(hostMs % 1_000).padStart(3, "0")}000000\n`;
  return { ...hostReply(text), sentAtMs: AT_MS - errorMs, receivedAtMs: AT_MS + errorMs };
};

const marks = (text: string) => hostReply(text, "find: '/run/reboot-required': No such file or directory\n", 1);
const LISTS = `1.0 ${AT_MS / 1_000 - 3_600}.0 /var/lib/apt/lists/partial\n`;

const one = (name: string): Answers => ({
  [`host.clock@${name}`]: clock(0),
  [`host.vitals@${name}`]: hostReply(
    recorded("host", "vitals.web1.txt").replace(/avg:\S+ \S+/, "avg:0.84 0.60"),
    "",
    2,
  ),
  [`host.disks@${name}`]: reply("disks.web1"),
  [`host.failed_units@${name}`]: reply("failed_units.web1"),
  [`host.marks@${name}`]: marks(LISTS),
  [`host.packages_apt@${name}`]: hostReply("0 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.\n"),
  [`host.packages_dnf@${name}`]: noReply("missing"),
  [`host.security_dnf@${name}`]: noReply("missing"),
  [`host.needs_restarting@${name}`]: noReply("missing"),
});

const healthy: Answers = Object.assign({}, ...HOSTS.map((name) => one(name)));

const said = (answers: Answers, options: Parameters<typeof lookAt>[2] = {}) =>
  lookAt(host, { ...healthy, ...answers }, options).findings.map(
    ({ severity, id, text }) => `${severity} ${id}: ${text}`,
  );

test("healthy", () => {
  const { pane, findings, facts } = lookAt(host, healthy);
  expect(findings).toEqual([]);
  expect(pane.severity).toBe("ok");
  expect(summaryText(pane)).toBe("4/4 hosts · highest load 0.4, memory 10%, disk 25%");
  expect(lines(pane.tables[0])).toMatchInlineSnapshot(`
    [
      "host | state | up | reboot | updates | sec | failed | disk | mem | swap | load/core | clock | rtt",
      "web1 | up | 21m | - | 0 | 0 | 0 | 25% | 10% | - | 0.4 | ±1 ms | 2 ms",
      "web2 | up | 21m | - | 0 | 0 | 0 | 25% | 10% | - | 0.4 | ±1 ms | 2 ms",
      "web3 | up | 21m | - | 0 | 0 | 0 | 25% | 10% | - | 0.4 | ±1 ms | 2 ms",
      "lb1 | up | 21m | - | 0 | 0 | 0 | 25% | 10% | - | 0.4 | ±1 ms | 2 ms",
    ]
  `);
  expect(lines(pane.tables[1]).slice(0, 9)).toMatchInlineSnapshot(`
    [
      "host | mount | holds | type | size | left | full in | inodes | used",
      "web1 | /var/lib/mysql | datadir | ext4 | 1.5G | 1.1G | … | <1% | 25%",
      "web2 | /var/lib/mysql | datadir | ext4 | 1.5G | 1.1G | … | <1% | 25%",
      "web3 | /var/lib/mysql | datadir | ext4 | 1.5G | 1.1G | … | <1% | 25%",
      "lb1 | /var/lib/mysql |  | ext4 | 1.5G | 1.1G | … | <1% | 25%",
      "web1 | / | root | overlay | 252G | 77G | … | 3% | 24%",
      "web2 | / | root | overlay | 252G | 77G | … | 3% | 24%",
      "web3 | / | root | overlay | 252G | 77G | … | 3% | 24%",
      "lb1 | / | root | overlay | 252G | 77G | … | 3% | 24%",
    ]
  `);
  expect(host.factsSchema.safeParse(facts).error).toBeUndefined();
});

test("before the first answer nothing is claimed", () => {
  const connecting: Link = { state: "connecting", sinceMs: AT_MS };
  const { pane, findings } = lookAt(host, {}, { links: Object.fromEntries(HOSTS.map((name) => [name, connecting])) });
  expect(findings).toEqual([]);
  expect(pane.severity).toBe("unknown");
  expect(summaryText(pane)).toBe("0/4 hosts · 4 connecting");
  expect(lines(pane.tables[0], ["host", "state", "load", "disk", "rtt"])[1]).toBe("web1 | connecting | … | … | …");
});

describe("a host that cannot be asked is a row with the reason, and one finding", () => {
  const silent: Answers = Object.fromEntries(Object.keys(one("web2")).map((key) => [key, noReply("unreachable")]));
  test.each<[UnknownReason, string, string]>([
    ["unreachable", "does not answer", "network"],
    ["refused", "cannot be asked", "connection refused"],
    ["timeout", "does not answer", "timed out"],
    ["auth", "cannot be asked", "login refused"],
    ["host-key", "cannot be asked", "host key not trusted"],
  ])("%s", (reason, said, words) => {
    const down: Link = { ...DOWN, state: "down", reason, detail: "…", sinceMs: AT_MS - 12_000 };
    const { pane, findings } = lookAt(host, { ...healthy, ...silent }, { links: { web2: down } });
    expect(findings.map(({ id, severity, text, host: about }) => [id, severity, text, about])).toEqual([
      ["host.unreachable", "unknown", `web2 ${said} (${words}, 12s): what runs on it is not known`, "web2"],
    ]);
    expect(lines(pane.tables[0])[2]).toBe(`web2 | no answer: ${words} | ? | ? | ? | ? | ? | ? | ? | ? | ? | ? | ?`);
    expect(summaryText(pane)).toContain(`web2 no answer (${words}) · 3/4 hosts`);
    expect(pane.severity).toBe("unknown");
  });
});

test("the last answers of a host that is gone go with it, at once", () => {
  const { pane, facts } = lookAt(host, healthy, { links: { web2: DOWN } });
  expect(lines(pane.tables[0], ["host", "load", "disk", "failed"])[2]).toBe("web2 | ? | ? | ?");
  expect(facts.hosts[1]?.load).toMatchObject({ state: "unknown", reason: "unreachable", lastAtMs: AT_MS });
});

test("a value too old does not stand as live", () => {
  const { pane, findings } = lookAt(host, healthy, { afterMs: 60_000 });
  expect(lines(pane.tables[0], ["host", "load"])[1]).toBe("web1 | ?");
  expect(findings.map(({ id }) => id)).toContain("host.vitals_unknown");
});

test("load and memory beyond their thresholds", () => {
  const text = recorded("host", "vitals.web1.txt")
    .replace(/avg:\S+ \S+/, "avg:0.40 5.00")
    .replace(/MemAvailable:.*/, "MemAvailable:    1234204 kB");
  expect(said({ "host.vitals@web3": hostReply(text) })).toEqual([
    "warning host.load: web3 is overloaded: load 5.0 on 2 cores, 2.5 per core, over five minutes",
    "warning host.memory: web3 is short of memory: 95% used, 1.2G left",
  ]);
});

test("a minute's load is shown, and warned of when it lasts", () => {
  const busy = hostReply(recorded("host", "vitals.web1.txt").replace(/avg:\S+ \S+/, "avg:5.00 1.00"));
  const { pane, findings } = lookAt(host, { ...healthy, "host.vitals@web3": busy });
  expect(lines(pane.tables[0], ["host", "load"])[3]).toBe("web3 | 2.5");
  expect(findings).toEqual([]);
});

describe("disks", () => {
  const full = (used: number, inodes: number) =>
    hostReply(`Type 1B\next4 1000 ${used} ${1_000 - used} 1000 ${inodes} /var\next4 1000 10 990 1000 10 /\n`);
  test.each([
    [full(910, 10), ["warning host.disk: web1: /var (datadir) is 91% full, 90B left"]],
    [full(960, 10), ["critical host.disk_full: web1: /var (datadir) is 96% full, 40B left"]],
    [full(100, 990), ["critical host.disk_full: web1: /var (datadir) is out of inodes soon: 99% used"]],
    [noReply("timeout"), ["unknown host.disk_unknown: web1's disk space is not known: timeout"]],
  ])("%#", (answer, findings) => {
    expect(said({ "host.disks@web1": answer })).toEqual(findings);
  });

  test("paths the inventory names are asked apart, and seen once", () => {
    const cluster: Cluster = {
      ...shop,
      hosts: shop.hosts.map((each) =>
        each.name === "web1" ? Object.assign({}, each, { disks: ["/bricks", "/mnt/far"] }) : each,
      ),
    };
    const text = "Type 1B\next4 1000 100 900 10 1 /bricks\nnfs4 1000 950 50 0 0 /mnt/far\n";
    const { pane, findings } = lookAt(host, { ...healthy, "host.named_disks@web1": hostReply(text) }, { cluster });
    const rows = lines(pane.tables[1], ["host", "mount", "holds", "used"]).filter((row) => row.startsWith("web1"));
    expect(rows).toContain("web1 | /mnt/far | /mnt/far | 95%");
    expect(rows.filter((row) => row.includes("/bricks"))).toHaveLength(1);
    expect(findings.map(({ text: words }) => words)).toEqual(["web1: /mnt/far is 95% full, 50B left"]);
  });
});

describe("clock", () => {
  test("off beyond doubt", () => {
    expect(said({ "host.clock@web2": clock(-3_600_000) })).toEqual([
      "warning host.clock_offset: web2's clock is 1h behind this machine's (± 1 ms)",
    ]);
    // On a slow line the difference may be all delay.
    expect(said({ "host.clock@web2": clock(1_500, 800) })).toEqual([]);
  });

  test("when all are off by the same, this machine is", () => {
    const all = Object.fromEntries(HOSTS.map((name, i) => [`host.clock@${name}`, clock(-90_000 + i)]));
    expect(said(all)).toEqual([
      "warning host.own_clock: this machine's clock is 1m30s ahead of all hosts: ages shown may be wrong",
    ]);
  });
});

describe("upkeep", () => {
  test("failed units are named", () => {
    const text = "apache2.service loaded failed failed x\nfoo.service loaded failed failed x\n";
    expect(said({ "host.failed_units@web1": hostReply(text) })).toEqual([
      "warning host.failed_units: web1: apache2.service failed and 1 more unit",
    ]);
  });

  test("a reboot: by flag, by a kernel newer than the boot, by needs-restarting", () => {
    const kernel = (ageS: number) => `${AT_MS / 1_000 - ageS}.0 1.0 /boot/vmlinuz-6.1.0-50\n`;
    const flag = `1.0 ${AT_MS / 1_000}.0 /run/reboot-required\n`;
    const yum = hostReply("Core libraries…\n  * glibc\n\nReboot is required to fully utilize these updates.\n", "", 1);
    expect(said({ "host.marks@web1": marks(flag + LISTS) })).toEqual([
      "info host.reboot_required: web1 waits for a reboot: a package asked for it",
    ]);
    expect(said({ "host.marks@web1": marks(kernel(60) + LISTS) })).toEqual([
      "info host.reboot_required: web1 waits for a reboot: kernel 6.1.0-50 was installed after the boot",
    ]);
    expect(said({ "host.marks@web1": marks(kernel(1e6) + LISTS) })).toEqual([]);
    expect(said({ "host.needs_restarting@web1": yum })).toEqual([
      "info host.reboot_required: web1 waits for a reboot: updated: glibc",
    ]);
  });

  test("a reboot is known as of the oldest answer, and not while dnf, where it is there, has not said it", () => {
    const not = hostReply("Reboot should not be necessary.\n");
    const reboot = (answer: Answers[string] & {}) =>
      lookAt(host, { ...healthy, "host.needs_restarting@web1": answer }).facts.hosts[0]?.reboot;
    expect(reboot(not)).toMatchObject({ state: "known", value: { required: false } });
    expect(reboot(noReply("missing"))).toMatchObject({ state: "known", value: { required: false } });
    expect(reboot(noReply("timeout"))).toMatchObject({ state: "unknown", reason: "timeout" });
    const [early, late] = [AT_MS - 60_000, AT_MS];
    const marked = { rebootFlagAtMs: undefined, kernels: [] };
    const known = <T>(value: T, atMs: number) => ({ state: "known" as const, value, atMs, tookMs: 1, by: "web1" });
    const none = { state: "unknown" as const, reason: "missing" as const, detail: "", atMs: late };
    const needs = { reboot: false, because: [] };
    const asOf = (needed: Parameters<typeof rebootOf>[3]) => rebootOf(known(marked, late), none, none, needed);
    expect(asOf(known(needs, early))).toMatchObject({ state: "known", atMs: early });
    expect(asOf(none)).toMatchObject({ state: "known", atMs: late });
  });

  test("whether a kernel is newer than the boot is not known without the uptime", () => {
    const answers = {
      ...healthy,
      "host.marks@web1": marks(`1.0 1.0 /boot/vmlinuz-6.1.0-50\n${LISTS}`),
      "host.vitals@web1": noReply("timeout"),
    };
    expect(lookAt(host, answers).facts.hosts[0]?.reboot).toMatchObject({ state: "unknown", reason: "timeout" });
  });

  test("security upgrades, by apt and by dnf", () => {
    const { pane, findings } = lookAt(host, {
      ...healthy,
      "host.packages_apt@web1": reply("packages_apt.web1"),
      "host.packages_apt@web2": noReply("missing"),
      "host.packages_dnf@web2": hostReply("a.x86_64 2 baseos\nb.noarch 3 baseos\n", "", 100),
      "host.security_dnf@web2": hostReply("b.noarch 3 baseos\n", "", 100),
      "host.packages_apt@web3": noReply("missing"),
    });
    expect(findings.map(({ severity, text }) => `${severity} ${text}`)).toEqual([
      "info web1: 50 security upgrades wait",
      "info web2: 1 security upgrade waits",
    ]);
    expect(lines(pane.tables[0], ["host", "updates", "security"]).slice(1)).toEqual([
      "web1 | 50 | 50",
      "web2 | 2 | 1",
      "web3 | ? | ?",
      "lb1 | 0 | 0",
    ]);
    expect(summaryText(pane)).toContain("upgrades on 2, some for security");
  });

  test("of the only load balancer it is said what its upgrade costs", () => {
    const waiting = reply("packages_apt.web1");
    const { findings } = lookAt(host, {
      ...healthy,
      "host.packages_apt@web1": waiting,
      "host.packages_apt@lb1": waiting,
    });
    expect(findings.map(({ subject, next }) => `${subject}: ${next}`)).toEqual([
      "web1: plan a rolling upgrade",
      "lb1: choose it in a rolling upgrade, at an hour when the sites may be away: it is the only load balancer",
    ]);
  });

  test("old package lists do not pass for no upgrades", () => {
    const old = marks(`1.0 ${AT_MS / 1_000 - 30 * 86_400}.0 /var/lib/apt/lists/partial\n`);
    expect(said({ "host.marks@lb1": old })).toEqual([
      "info host.old_package_lists: lb1's package lists are 30d old: newer upgrades are not seen",
    ]);
  });
});

test("when no host answers, the way to them is the likelier cause", () => {
  const { findings } = lookAt(host, healthy, { links: Object.fromEntries(HOSTS.map((name) => [name, DOWN])) });
  const [root] = storiesOf(findings);
  expect(root?.root.text).toBe("none of 4 hosts answers: is this machine cut off?");
  expect(root?.consequences).toHaveLength(4);
});

test("a failed unit that another room tells of is explained by that", () => {
  const failed = (...units: readonly string[]) =>
    lookAt(host, {
      ...healthy,
      "host.failed_units@web2": hostReply(units.map((unit) => `${unit} loaded failed failed x\n`).join("")),
    }).findings[0]?.explainedBy?.map(({ id }) => id);
  expect(failed("apache2.service")).toEqual(["web.down", "host.disk_full"]);
  expect(failed("apache2.service", "own.service")).toEqual(["host.disk_full"]);
});

describe("a disk that fills", () => {
  const df = (used: number) => `Type 1B\next4 10000000 ${used} ${10_000_000 - used} 1000 10 /\n`;
  const history = (usedAt: (minute: number) => number, minutes = 6) =>
    Array.from({ length: minutes + 1 }, (_, minute) => ({
      ...hostReply(df(usedAt(minute))),
      receivedAtMs: AT_MS + (minute - minutes) * 60_000,
    }));
  const told = (replies: readonly ReturnType<typeof hostReply>[]) => said({ "host.disks@web1": replies });

  test("steadily: when it will be full", () => {
    expect(told(history((minute) => 7_400_000 + minute * 60_000))).toEqual([
      "warning host.disk_filling: web1: / fills by 1.0K a second, full in 37m at this rate",
    ]);
    expect(told(history((minute) => 8_840_000 + minute * 60_000))).toEqual([
      "warning host.disk: web1: / (datadir) is 92% full, 781K left, full in 13m at this rate",
    ]);
  });

  test("one large file is no trend, nor is what shrinks, nor what is young", () => {
    expect(told(history((minute) => (minute < 5 ? 7_000_000 : 8_000_000)))).toEqual([]);
    expect(told(history((minute) => 8_000_000 - minute * 60_000))).toEqual([]);
    expect(told(history((minute) => 7_400_000 + minute * 60_000, 2))).toEqual([]);
  });
});

test("packages half installed", () => {
  const interrupted = hostReply("", "E: dpkg was interrupted, you must manually run 'sudo dpkg --configure -a'\n", 100);
  expect(said({ "host.packages_apt@web2": interrupted })).toEqual([
    "warning host.packages_broken: web2: dpkg was interrupted, packages are half installed",
  ]);
});
