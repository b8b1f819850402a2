import { execa } from "execa";
import { describe, expect, it } from "vitest";
import { systemSshArgs } from "../../src/connect/ssh/system-ssh.ts";
import { launchDemo } from "../../src/demo/launch.ts";
import { loadInventory } from "../../src/inventory/load.ts";
import type { Host } from "../../src/inventory/cluster.ts";

const host = (name: string, ssh: Partial<Host["ssh"]> = {}): Host => ({
  name,
  address: `192.0.2.${name.length}`,
  roles: ["node"],
  disks: [],
  ssh: { agent: true, useSshConfig: true, ...ssh },
});

const installed = await execa("ssh", ["-V"], { reject: false });

describe("the machine's own ssh", () => {
  it("gets what the inventory says, and no more", () => {
    expect(systemSshArgs({ hosts: [host("web1")] }, "web1")).toStrictEqual(["--", "192.0.2.4"]);
    const full = host("web1", {
      user: "ops",
      port: 2222,
      key: "/keys/id",
      agent: false,
      useSshConfig: false,
      knownHosts: ["/a b", "/c%d"],
    });
    expect(systemSshArgs({ hosts: [full] }, "web1", ["uptime"])).toStrictEqual([
      ..."-F none -l ops -p 2222 -i /keys/id -o IdentitiesOnly=yes -o".split(" "),
      "IdentityAgent=none",
      "-o",
      'UserKnownHostsFile="/a b" "/c%%d"',
      "-o",
      "GlobalKnownHostsFile=none",
      "--",
      "192.0.2.4",
      "'uptime'",
    ]);
  });

  it("does not know strangers, nor jumps that cannot be read", () => {
    expect(systemSshArgs({ hosts: [] }, "web1")).toBeUndefined();
    expect(systemSshArgs({ hosts: [host("web1", { jump: ["-oProxyCommand=x"] })] }, "web1")).toBeUndefined();
  });

  it.skipIf(installed.exitCode !== 0)(
    "reaches a host with its own settings, and trusts whom the inventory trusts",
    async () => {
      const demo = await launchDemo();
      try {
        const loaded = await loadInventory(demo.inventoryPath);
        const [cluster] = loaded.ok ? loaded.value : [];
        if (cluster === undefined) throw new Error("no cluster");
        const reach = async (hosts: readonly Host[], name: string) => {
          const args = systemSshArgs({ hosts }, name, ["hostname"]) ?? [];
          return execa("ssh", ["-o", "BatchMode=yes", ...args], { reject: false, timeout: 15_000 });
        };
        expect(await reach(cluster.hosts, "web2")).toMatchObject({ stdout: "web2" });
        const knowsNobody = cluster.hosts.map((each) => ({ ...each, ssh: { ...each.ssh, knownHosts: ["/dev/null"] } }));
        expect(await reach(knowsNobody, "web2")).toMatchObject({
          stderr: expect.stringContaining("Host key verification"),
        });
      } finally {
        await demo.close();
      }
    },
  );
});
