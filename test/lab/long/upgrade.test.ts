import { writeFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { HOSTS, balancer, webHosts } from "../../../lab/topology.ts";
import { openShop } from "../support/shoppers.ts";
import { letDpkgHurry, openOperator, versions, watchQuorum, type Operator } from "../support/upgrading.ts";
import { possible, resetLab } from "../support/watch.ts";

let operator: Operator;

const WEB = ["apache2", "mariadb-server", "libapache2-mod-php8.2"] as const;
const FRONT = ["haproxy"] as const;

describe.runIf(possible)("a rolling upgrade of the whole cluster", () => {
  beforeAll(async () => {
    await resetLab();
    await letDpkgHurry();
    operator = await openOperator();
  }, 600_000);
  afterAll(async () => {
    await operator.close();
    await resetLab();
  }, 600_000);

  test("under traffic: every version changes, the quorum is kept, no request fails and every session goes on", async () => {
    const before = await Promise.all(webHosts.map((host) => versions(host, ...WEB)));
    const front = await versions(balancer, ...FRONT);
    const shop = openShop(30, 6);
    const quorum = watchQuorum();
    const ran = await operator.upgrade(
      "--set",
      `hosts=${HOSTS.map(({ name }) => name).join(",")}`,
      "--override",
      balancer.name,
    );
    const seen = await quorum.close();
    const shopping = await shop.close();
    const report = await operator.report();
    const path = process.env["MIDWATCH_LAB_REPORT"];
    if (path !== undefined) await writeFile(path, `${report}\n${JSON.stringify({ seen, shopping }, null, 1)}\n`);
    expect(ran.stdout).toContain("done: rolling upgrade of web2, web3, web1, lb1");
    expect(ran.exitCode).toBe(0);
    for (const [at, host] of webHosts.entries()) {
      const after = await versions(host, ...WEB);
      for (const name of WEB) expect(after[name], `${name} on ${host.name}`).not.toBe(before[at]?.[name]);
    }
    expect((await versions(balancer, ...FRONT))["haproxy"]).not.toBe(front["haproxy"]);
    expect(shopping.failed).toEqual([]);
    expect(shopping.lost).toEqual([]);
    expect(shopping.requests).toBeGreaterThan(500);
    expect(seen.looks).toBeGreaterThan(20);
    expect(seen.fewest).toBeGreaterThanOrEqual(2);
    expect(report).toContain("| mariadb-server |");
  }, 3_000_000);
});
