import { describe, expect, test } from "vitest";
import { cableOf, connectHost } from "../../../lab/hosts/network.ts";
import { inHost, tryIn } from "../../../lab/hosts/process.ts";
import { run } from "../../../lab/machine/exec.ts";
import type { LabHost } from "../../../lab/topology.ts";
import { lab } from "../support/by-hand.ts";
import { killedAt, meanwhile, webServerOf } from "../support/meanwhile.ts";
import { upgradeTests } from "../support/upgrade-tests.ts";
import { versions } from "../support/upgrading.ts";
import { possible } from "../support/watch.ts";

const [web1, web2, web3] = [lab("web1"), lab("web2"), lab("web3")];
const APT = /^ {2}sent .*apt-get/;
const BROKEN = "/etc/apache2/conf-enabled/broken.conf";

// One boot for all: each takes a host and a part of its packages that no other has taken yet.
describe.runIf(possible)("a rolling upgrade and what goes wrong", { timeout: 1_200_000 }, () => {
  const { operator, expectClosed, expectDone } = upgradeTests();
  const upgrade = (host: LabHost, packages: string) =>
    operator().upgrade("--set", `hosts=${host.name}`, "--set", `packages=${packages}`);

  test("midwatch is killed at every step and after everything it sends; nothing is sent twice", async () => {
    const names = ["mariadb-server", "apache2", "libapache2-mod-php8.2", "libmariadb3"] as const;
    const before = await versions(web3, ...names);
    const sent: string[] = [];
    const seen = new Set<string>();
    const isNew = (line: string): boolean => {
      const isSent = line.startsWith("  sent ") && !line.includes("show servers state");
      if (isSent) sent.push(line);
      return (isSent || line.startsWith("step ")) && !seen.has(line) && seen.add(line).size > 0;
    };
    const first = upgrade(web3, "galera,web");
    await killedAt(first, isNew);
    for (let refused = 0, ended = ""; !ended.includes("done: rolling upgrade of web3");) {
      const child = operator().resume();
      const killed = await killedAt(child, isNew);
      ended = (await child).stdout;
      expect(ended).toContain("was cut off at step");
      // The lock of a busy machine may not answer in time: nothing is sent then, and it is resumed once more.
      if (!killed && !ended.includes("done:")) refused += 1;
      expect(refused, ended).toBeLessThan(6);
    }
    await expectClosed();
    expect(sent.length).toBeGreaterThan(6);
    expect(seen.size - sent.length).toBeGreaterThan(12);
    expect(sent).toEqual([...new Set(sent)]);
    const after = await versions(web3, ...names);
    const report = await operator().report();
    for (const name of names) {
      expect(after[name], name).not.toBe(before[name]);
      expect(report).toContain(`| web3 | ${name} | ${before[name]} | ${after[name]} |`);
    }
  });

  test("its SSH sessions end in the middle of apt, then the host is cut off: it goes on there, and is resumed", async () => {
    const child = upgrade(web2, "galera,web");
    const stopped = await meanwhile(
      child,
      { at: APT, act: () => inHost(web2, "pkill -KILL -u ops sshd") },
      { at: /wait .*are upgraded: running/, act: () => run(["ip", "link", "set", cableOf(web2), "down"]) },
      { at: /UNKNOWN .*are upgraded: not known whether it still runs/, act: () => child.kill("SIGTERM") },
    );
    expect(stopped).toContain("stopped: rolling upgrade of web2");
    expect(stopped).toContain("goes on by itself");
    await connectHost(web2);
    await expectDone((await operator().resume()).stdout, web2);
    // Beside it stands the line for the host's own log, which quotes it.
    expect(
      (await operator().report()).match(/`sudo \/usr\/bin\/systemd-run [^|]*--unit=midwatch-upgrade/g),
    ).toHaveLength(1);
  });

  test("Apache's configuration breaks while apt runs: it stops, the host gets nobody, and it ends after a repair", async () => {
    const stopped = await meanwhile(upgrade(web1, "web"), {
      at: APT,
      act: () => inHost(web1, `echo 'NoSuchDirective on' > ${BROKEN}`),
    });
    expect(stopped).toContain("stopped: rolling upgrade of web1");
    expect(stopped).toMatch(/next: .*journal resume/);
    expect(await webServerOf(web1)).toMatch(/MAINT|DRAIN/);
    const again = await operator().resume();
    expect(again.stdout).toContain("stopped: rolling upgrade of web1");
    expect(await webServerOf(web1)).toMatch(/MAINT|DRAIN/);
    await inHost(web1, `rm ${BROKEN}`);
    await expectDone((await operator().resume()).stdout, web1);
  });

  test("taken back while the database is stopped: it is started, joins, and its host gets its visitors back", async () => {
    const before = await versions(web1, "mariadb-server");
    expect(await killedAt(upgrade(web1, "galera"), (line) => /^ {2}sent .*stop -- mariadb/.test(line))).toBe(true);
    const undone = await operator().undo();
    expect(undone.stdout).toContain("taken back: rolling upgrade of web1");
    expect(await versions(web1, "mariadb-server")).toEqual(before);
    await expectClosed();
  });

  test("the disk is full: refused before anything is sent; full in the middle: told, and it ends when there is room", async () => {
    await inHost(
      web1,
      "mkdir -p /run/small && mount -t tmpfs -o size=64m small /run/small && mkdir /run/small/new /run/small/work && " +
        "mount -t overlay -o lowerdir=/usr,upperdir=/run/small/new,workdir=/run/small/work small /usr",
    );
    const refused = await upgrade(web1, "galera");
    expect(refused.stdout).toMatch(/not begun: .*free where packages go.*on \/usr/);
    expect(await webServerOf(web1)).toBe("UP");
    await inHost(web1, "mount -o remount,size=2g /run/small");
    const full = "mount -o remount,size=$(($(df --output=used -k /run/small | tail -1) + 8192))k /run/small";
    const stopped = await meanwhile(upgrade(web1, "galera"), { at: APT, act: () => inHost(web1, full) });
    expect(stopped).toMatch(/No space left on device|enough free space/);
    expect(stopped).toContain("stopped: rolling upgrade of web1");
    expect(await webServerOf(web1)).toMatch(/MAINT|DRAIN/);
    await inHost(web1, "mount -o remount,size=2g /run/small");
    await expectDone((await operator().resume()).stdout, web1);
  });

  test("taken back while apt runs: apt ends first, the packages stay new, and that is said", async () => {
    const before = await versions(web3, "openssl");
    expect(await killedAt(upgrade(web3, "host"), (line) => APT.test(line))).toBe(true);
    const undone = await operator().undo();
    expect(undone.stdout).toContain("taken back: rolling upgrade of web3");
    expect(undone.stdout).toMatch(/packages of web3 are not taken back: .*openssl 3/);
    expect((await versions(web3, "openssl"))["openssl"]).not.toBe(before["openssl"]);
    expect((await tryIn(web3, "dpkg --audit")).stdout.trim()).toBe("");
    await expectClosed();
  });
});
