import { describe, expect, it } from "vitest";
import { generateKeys } from "../../src/demo/ssh/keys.ts";
import { connect, exec, login, readAll, tunnel, until, withClient, withCluster } from "./support.ts";

describe("a host of the embedded cluster", () => {
  it("answers commands like a small Debian host", () =>
    withCluster({}, (cluster) =>
      withClient(cluster, "web2", async (client) => {
        expect(await exec(client, "hostname")).toStrictEqual({ stdout: "web2\n", stderr: "", exitCode: 0 });
        expect(await exec(client, "nosuch --it")).toMatchObject({
          stderr: "bash: line 1: nosuch: command not found\n",
          exitCode: 127,
        });
        expect((await exec(client, "grep ^ID= /etc/os-release && uname -s")).stdout).toBe("ID=debian\nLinux\n");
        expect(await exec(client, "env LC_ALL=C timeout -k 1 1 'sleep' '5'")).toMatchObject({ exitCode: 124 });
        expect((await exec(client, "exec env LC_ALL=C sh", "hostname\nexit 4\n")).exitCode).toBe(4);
        expect((await exec(client, "sudo -n -- whoami")).stdout).toBe("root\n");
      }),
    ));

  it("gives the viewer no root and no HAProxy socket", () =>
    withCluster({}, async (cluster) => {
      await withClient(
        cluster,
        "lb1",
        async (client) => {
          expect(await exec(client, "sudo -n -- whoami")).toMatchObject({
            stderr: "sudo: a password is required\n",
            exitCode: 1,
          });
          await expect(tunnel(client, "/run/haproxy/admin.sock")).rejects.toMatchObject({ reason: 2 });
        },
        "viewer",
      );
      await withClient(cluster, "lb1", async (client) => {
        const socket = await tunnel(client, "/run/haproxy/admin.sock");
        socket.end("show cli level\n");
        expect(await readAll(socket)).toBe("admin\n\n");
      });
    }));

  it("has each account's key for that account only, and a host key of its own", () =>
    withCluster({}, async (cluster) => {
      const ops = await login(cluster, "web1");
      const viewer = await login(cluster, "web1", "viewer");
      const stranger = { ...ops, privateKey: generateKeys().privateKey };
      const unknownUser = { ...ops, username: "root" };
      const otherHost = { ...ops, port: (await login(cluster, "web2")).port };
      const swapped = { ...viewer, privateKey: ops.privateKey };
      for (const config of [stranger, unknownUser, swapped]) {
        await expect(connect(config)).rejects.toThrow(/authentication methods failed/);
      }
      await expect(connect(otherHost)).rejects.toThrow(/denied|verification/i);
    }));

  it("refuses tunnels to where nothing listens", () =>
    withCluster({ scenario: "php-module-lost" }, (cluster) =>
      withClient(cluster, "web2", async (client) => {
        await expect(tunnel(client, 4_444)).rejects.toMatchObject({ reason: 2 });
        // Apache has failed there.
        await expect(tunnel(client, 80)).rejects.toMatchObject({ reason: 2 });
        await expect(tunnel(client, "/nosuch.sock")).rejects.toMatchObject({ reason: 2 });
      }),
    ));

  it("neither answers nor refuses while it is down, and forgets its connections when it is back", () =>
    withCluster({}, (cluster) =>
      withClient(cluster, "web3", async (client) => {
        const lost = new Promise<void>((resolve) => client.once("close", () => resolve()));
        cluster.setScenario("node-down");
        let answered = false;
        const pending = exec(client, "hostname").then(
          () => (answered = true),
          () => undefined,
        );
        const config = { ...(await login(cluster, "web3")), readyTimeout: 300 };
        await expect(connect(config)).rejects.toThrow(/Timed out while waiting for handshake/);
        expect(answered).toBe(false);
        cluster.setScenario("healthy");
        await lost;
        await pending;
        expect(answered).toBe(false);
        await withClient(cluster, "web3", async (again) => {
          await until(async () => (await exec(again, "systemctl is-active mariadb")).stdout === "active\n", "mariadb");
        });
      }),
    ));
});
