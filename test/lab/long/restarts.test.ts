import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inHost } from "../../../lab/hosts/process.ts";
import { lab, member, serverState as stateOf } from "../support/by-hand.ts";
import { handOnLab, whileVisited, type Hand } from "../support/hand.ts";
import { possible, resetLab } from "../support/watch.ts";

/** Another one at every start. */
const runOf = (host: string, unit: string): Promise<string> =>
  inHost(lab(host), `systemctl show -P InvocationID ${unit}`);

describe.runIf(possible)("services restarted on the lab", { timeout: 900_000 }, () => {
  let operator: Hand;
  const restart = (host: string, service: string, ...args: readonly string[]) =>
    operator.run("restart", "--host", host, "--set", `service=${service}`, ...args);

  beforeAll(async () => {
    await resetLab();
    operator = await handOnLab();
  });
  afterAll(async () => {
    await operator.close();
    await resetLab();
  });

  test.each([
    ["web3", "apache2", "apache2"],
    ["web3", "apache2.service", "apache2"],
    ["lb1", "redis-cache", "redis-server@6379"],
    ["lb1", "redis-server@6379", "redis-server@6379"],
    ["web2", "glusterd", "glusterd"],
    ["web3", "cron", "cron"],
  ])("%s: %s", async (host, service, unit) => {
    const before = await runOf(host, unit);
    const done = await restart(host, service);
    expect(done).toMatchObject({ exitCode: 0, all: expect.stringContaining("done: restart of ") });
    expect(await runOf(host, unit)).not.toBe(before);
    expect(await inHost(lab(host), `systemctl is-active ${unit}`)).toBe("active");
  });

  test("apache2 reloaded goes on with the same process; what does not exist, or keeps the lock, is refused", async () => {
    const before = await runOf("web3", "apache2");
    expect(await restart("web3", "apache2", "--set", "how=reload")).toMatchObject({ exitCode: 0 });
    expect(await runOf("web3", "apache2")).toBe(before);
    const httpd = await restart("web3", "httpd");
    expect(httpd).toMatchObject({ exitCode: 77, all: expect.stringContaining('no service "httpd"') });
    const sessions = await restart("lb1", "redis-sessions");
    expect(sessions).toMatchObject({
      exitCode: 77,
      all: expect.stringContaining("keeps the visitors' sessions and midwatch's own lock"),
    });
  });

  test("MariaDB, a reader and then the writer, drained first: no visitor notices", async () => {
    const met = await whileVisited(async () => {
      expect(await restart("web3", "mariadb")).toMatchObject({ exitCode: 0 });
      expect(await restart("web1", "mariadb")).toMatchObject({
        exitCode: 1,
        all: expect.stringMatching(/writes do not go to web1: they do: .*midwatch run drain --host web1/),
      });
      const out = await operator.run("drain", "--host", "web1", "--set", "wait=10s", "--at-deadline", "maint");
      expect(out).toMatchObject({ exitCode: 0 });
      expect(await restart("web1", "mariadb")).toMatchObject({ exitCode: 0 });
      expect(await operator.run("return", "--host", "web1")).toMatchObject({ exitCode: 0 });
    });
    expect(met.failed).toEqual([]);
    expect(met.lost).toEqual([]);
    expect((await member(lab("web1")))?.["wsrep_cluster_size"]).toBe("3");
    expect(await stateOf("mysql/web1")).toBe("UP");
    console.info(
      `restarts of MariaDB: ${met.requests} requests, ${met.failed.length} failed, ${met.lost.length} sessions lost`,
    );
  });
});
