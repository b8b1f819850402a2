import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { findRoute, type Route } from "../../../src/connect/ssh/route.ts";
import { askSshConfig } from "../../../src/connect/ssh/ssh-config.ts";
import { parseJump, parseSshG } from "../../../src/connect/ssh/ssh-g.ts";
import fc from "fast-check";
import { cluster, host } from "./make.ts";

const folder = mkdtempSync(path.join(os.tmpdir(), "midwatch-route-"));
afterAll(() => rmSync(folder, { recursive: true }));

// The real `ssh -G` where there is one: it decides what ssh_config means.
const answer = await askSshConfig("/dev/null")({ address: "x" });
const haveSsh = answer.ok && answer.config !== undefined;

const route = async (config: string, ...hosts: Parameters<typeof host>[0][]): Promise<Route> => {
  const file = path.join(folder, "config");
  writeFileSync(file, config);
  const all = hosts.map((each) => host({ useSshConfig: true, ...each }));
  return findRoute(cluster(all), all[0]?.name ?? "", askSshConfig(file));
};

const hopsOf = (found: Route) => {
  if (!found.ok) throw new Error(found.detail);
  return found.hops;
};

describe.skipIf(!haveSsh)("ssh_config", () => {
  test("fills in what the inventory leaves out", async () => {
    const [hop] = hopsOf(
      await route(
        `Host web1
           HostName 127.0.0.9
           User ops
           Port 2222
           IdentityFile ~/.ssh/lab_%h
           IdentityAgent none
           IdentitiesOnly yes
           HostKeyAlias pool
           UserKnownHostsFile ~/kh1 /tmp/kh2
           GlobalKnownHostsFile none
           ConnectTimeout 3
           AddressFamily inet`,
        { name: "web1", address: "web1" },
      ),
    );
    expect(hop).toEqual({
      name: "web1",
      address: "127.0.0.9",
      port: 2222,
      family: 4,
      user: "ops",
      keyName: { kind: "alias", alias: "pool" },
      identities: { files: [`${os.homedir()}/.ssh/lab_127.0.0.9`], only: true },
      knownHosts: { files: [`${os.homedir()}/kh1`, "/tmp/kh2"], saveTo: `${os.homedir()}/kh1`, hash: false },
      connectDeadlineMs: 3000,
    });
  });

  test("gives way to the inventory", async () => {
    const [hop] = hopsOf(
      await route(
        "Host *\nUser nobody\nPort 9\nIdentityFile /nowhere\nUserKnownHostsFile /tmp/other\nProxyCommand false",
        {
          name: "web1",
          address: "10.0.0.1",
          user: "ops",
          port: 2200,
          key: "/keys/k",
          agent: "/run/agent",
          knownHosts: ["/tmp/kh"],
          jump: [],
        },
      ),
    );
    expect(hop).toMatchObject({
      user: "ops",
      port: 2200,
      keyName: { kind: "address", host: "10.0.0.1", port: 2200 },
      identities: { key: "/keys/k", files: [], agentSocket: "/run/agent" },
      knownHosts: { files: ["/tmp/kh"], saveTo: "/tmp/kh" },
    });
    expect(hop).not.toHaveProperty("proxyCommand");
  });

  test("Match sees the user the inventory names", async () => {
    const [hop] = hopsOf(await route("Match user ops\nPort 2022", { name: "web1", address: "web1", user: "ops" }));
    expect(hop.port).toBe(2022);
  });

  test("ProxyCommand comes through with its tokens filled in", async () => {
    const [hop] = hopsOf(
      await route("Host *\nProxyCommand nc -X 5 %h %p", { name: "web1", address: "web1", port: 23 }),
    );
    expect(hop.proxyCommand).toBe("nc -X 5 web1 23");
  });

  test("ProxyJump is followed through chains", async () => {
    const found = await route(
      "Host web1\nProxyJump mid,ops@[::1]:2023\nHost mid\nProxyJump outer\nHost outer\nUser door",
      {
        name: "web1",
        address: "web1",
      },
    );
    expect(hopsOf(found).map(({ user, address, port }) => [user, address, port])).toEqual([
      ["door", "outer", 22],
      [os.userInfo().username, "mid", 22],
      ["ops", "::1", 2023],
      [os.userInfo().username, "web1", 22],
    ]);
  });

  test("a circle of jumps is told, not followed", async () => {
    const found = await route("Host web1\nProxyJump web2\nHost web2\nProxyJump web3\nHost web3\nProxyJump web2", {
      name: "web1",
      address: "web1",
    });
    expect(found).toMatchObject({ ok: false, reason: "failed" });
  });

  test("a broken ssh_config is told with its line", async () => {
    const found = await route("Bogus yes", { name: "web1", address: "web1" });
    expect(found).toMatchObject({ ok: false, reason: "failed", detail: expect.stringContaining("line 1") });
  });
});

describe("without ssh_config", () => {
  test("a jump that is a host of the inventory brings its settings", async () => {
    const hosts = [
      host({ name: "web1", address: "10.0.0.1", jump: ["door"] }),
      host({ name: "door", address: "10.0.0.9", port: 2222, user: "jump" }),
    ];
    const hops = hopsOf(await findRoute(cluster(hosts), "web1", askSshConfig()));
    expect(hops.map(({ name, address, port, user }) => [name, address, port, user])).toEqual([
      ["door", "10.0.0.9", 2222, "jump"],
      ["web1", "10.0.0.1", 22, os.userInfo().username],
    ]);
  });

  test.each(["-oProxyCommand=x", "a b", "a$(id)"])("an address such as %s is refused", async (address) => {
    const found = await findRoute(cluster([host({ name: "web1", address })]), "web1", askSshConfig());
    expect(found).toMatchObject({ ok: false, reason: "failed" });
  });
});

describe("parsers", () => {
  test("jumps", () => {
    expect(parseJump("ops@a.b:23")).toEqual({ host: "a.b", user: "ops", port: 23 });
    expect(parseJump("ssh://ops@a:23/")).toEqual({ host: "a", user: "ops", port: 23 });
    expect(parseJump("[fe80::1%eth0]")).toEqual({ host: "fe80::1%eth0" });
    expect(parseJump("-oX=y")).toBeUndefined();
    expect(parseJump("a:99999")).toBeUndefined();
  });

  test("any text gives an answer", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const { port } = parseSshG(`port ${text}\n${text}`);
        expect(port === undefined || (port > 0 && port < 65_536)).toBe(true);
        parseJump(text);
      }),
    );
  });
});
