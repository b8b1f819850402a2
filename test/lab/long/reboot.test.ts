import { describe, expect, test } from "vitest";
import { findInit, inHost } from "../../../lab/hosts/process.ts";
import { balancer, type LabHost } from "../../../lab/topology.ts";
import { lab } from "../support/by-hand.ts";
import { killedAt, meanwhile, powerBack, webServerOf } from "../support/meanwhile.ts";
import { upgradeTests } from "../support/upgrade-tests.ts";
import { versions } from "../support/upgrading.ts";
import { possible } from "../support/watch.ts";

const [web1, web2, web3] = [lab("web1"), lab("web2"), lab("web3")];
const REBOOT = /^ {2}sent .*systemctl reboot/;
/** No web host runs a server of it, so that there nothing but the reboot stops anything. */
const PACKAGE = "haproxy";

const waitsForReboot = (host: LabHost) => inHost(host, "touch /run/reboot-required");

// systemd on the host ends as on a machine that reboots; what starts it again is the test.
describe.runIf(possible)("a reboot in a rolling upgrade", { timeout: 1_200_000 }, () => {
  const { operator, expectDone } = upgradeTests();
  const upgrade = ({ name }: LabHost, ...more: readonly string[]) =>
    operator().upgrade(
      "--set",
      `hosts=${name}`,
      "--set",
      `packages=${PACKAGE}`,
      "--set",
      "reboot=if-required",
      ...more,
    );

  test("a host that waits for one gets it while its visitors are elsewhere, and is waited for", async () => {
    const [init, { [PACKAGE]: old }] = [await findInit(web2), await versions(web2, PACKAGE)];
    await waitsForReboot(web2);
    const atReboot: string[] = [];
    const stdout = await meanwhile(upgrade(web2), {
      at: REBOOT,
      act: async () => {
        atReboot.push(await webServerOf(web2));
        await powerBack(web2);
      },
    });
    expect(atReboot).toEqual([expect.stringMatching(/^MAINT/)]);
    expect(stdout).toMatch(/ok +web2 is back, and waits for no reboot/);
    await expectDone(stdout, web2);
    expect(await findInit(web2)).not.toBe(init);
    expect((await versions(web2, PACKAGE))[PACKAGE]).not.toBe(old);
    expect((await operator().report()).match(/`sudo \/usr\/bin\/systemctl reboot`/g)).toHaveLength(1);
  });

  test("midwatch is killed as it sends it, and resumed while the host is down: it is not rebooted twice", async () => {
    const init = await findInit(web3);
    await waitsForReboot(web3);
    expect(await killedAt(upgrade(web3), (line) => REBOOT.test(line))).toBe(true);
    const [resumed] = await Promise.all([operator().resume(), powerBack(web3)]);
    const rebooted = await findInit(web3);
    expect(rebooted).not.toBe(init);
    let { stdout } = resumed;
    // A host that needs longer than it is waited for is asked for once more.
    if (!stdout.includes("done:")) ({ stdout } = await operator().resume());
    await expectDone(stdout, web3);
    expect(await findInit(web3)).toBe(rebooted);
  });

  test("the host of the cluster's lock is down for longer than the lock is valid: it stops, and is resumed", async () => {
    const init = await findInit(balancer);
    await waitsForReboot(balancer);
    const { stdout } = await upgrade(balancer, "--override", balancer.name);
    expect(stdout).toContain(`${balancer.name}: the cluster's lock is kept there`);
    expect(stdout.split("\n").filter((line) => REBOOT.test(line))).toHaveLength(1);
    expect(stdout).toMatch(/^stopped: .*the cluster's lock/m);
    await powerBack(balancer);
    await inHost(balancer, "systemctl is-system-running --wait || true", { timeoutMs: 60_000 });
    const rebooted = await findInit(balancer);
    expect(rebooted).not.toBe(init);
    await expectDone((await operator().resume()).stdout, balancer);
    expect(await findInit(balancer)).toBe(rebooted);
  });

  test("a host that waits for none is left running", async () => {
    const init = await findInit(web1);
    const { stdout } = await upgrade(web1);
    expect(stdout).toMatch(/so already +reboot$/m);
    expect(stdout.split("\n").filter((line) => REBOOT.test(line))).toEqual([]);
    await expectDone(stdout, web1);
    expect(await findInit(web1)).toBe(init);
  });
});
