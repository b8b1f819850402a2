import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inHost } from "../../lab/hosts/process.ts";
import { hostNamed, webHosts, type LabHost } from "../../lab/topology.ts";
import { openShop } from "./support/shoppers.ts";
import { letDpkgHurry, openOperator, versions, type Operator } from "./support/upgrading.ts";
import { possible, resetLab } from "./support/watch.ts";

let operator: Operator;

const lastWeb = (): LabHost => {
  const host = hostNamed("web3") ?? webHosts.at(-1);
  if (host === undefined) throw new Error("the lab has no web host");
  return host;
};

describe.runIf(possible)("a rolling upgrade that is killed in the middle of apt", () => {
  beforeAll(async () => {
    await letDpkgHurry();
    operator = await openOperator();
  });
  afterAll(async () => {
    await operator.close();
    // Packages were changed, so the hosts are made anew.
    await resetLab();
  }, 600_000);

  test("goes on by itself, is found again, is not begun twice, and ends under traffic without a failed request", async () => {
    const host = lastWeb();
    const before = await versions(host, "apache2", "libapache2-mod-php8.2");
    const shop = openShop(10, 4);
    const child = operator.upgrade("--set", `hosts=${host.name}`, "--set", "packages=web");
    for await (const line of child) {
      if (!line.includes("sent") || !line.includes("apt-get")) continue;
      child.kill("SIGKILL");
      break;
    }
    await child;
    expect((await operator.start("journal")).stdout).toContain("cut off");
    const ended = await operator.resume();
    const shopping = await shop.close();
    expect(ended.stdout).toContain(`done: rolling upgrade of ${host.name}`);
    expect(ended.stdout).toMatch(/so already {2}start midwatch-upgrade-\S+/);
    const after = await versions(host, "apache2", "libapache2-mod-php8.2");
    for (const name of Object.keys(before)) expect(after[name]).not.toBe(before[name]);
    expect((await inHost(host, "dpkg --audit")).trim()).toBe("");
    expect((await operator.report()).match(/`sudo \/usr\/bin\/systemd-run [^|]*--unit=midwatch-upgrade/g)).toHaveLength(
      1,
    );
    expect(shopping).toMatchObject({ failed: [], lost: [] });
  }, 900_000);
});
