import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inHost } from "../../lab/hosts/process.ts";
import { balancers, webHosts as nodes } from "../../lab/topology.ts";
import { grantsText } from "../../src/commands/grants.ts";
import { openAccess } from "../../src/connect/open.ts";
import type { Cluster } from "../../src/inventory/cluster.ts";
import { loadInventory } from "../../src/inventory/load.ts";
import { systems } from "../../src/systems/registry.ts";
import { startWatch } from "../../src/watch/watch.ts";
import { dirs } from "./support/watch.ts";

const FILE = "/etc/sudoers.d/midwatch-test";
let cluster: Cluster;

beforeAll(async () => {
  const loaded = await loadInventory(dirs.viewerInventory);
  const [first] = loaded.ok ? loaded.value : [];
  if (first === undefined) throw new Error("the lab wrote no inventory for the viewer");
  cluster = first;
  const rules = grantsText(cluster, "viewer", "viewer")
    .split("\n")
    .filter((line) => line.startsWith("viewer ALL=") && line.length > 0);
  const text = [...new Set(rules)].join("\n");
  for (const host of nodes) {
    await inHost(
      host,
      `umask 0337; cat > ${FILE}.new <<'MIDWATCH_END'\n${text}\nMIDWATCH_END\nvisudo -cqf ${FILE}.new && mv ${FILE}.new ${FILE}`,
    );
  }
});
afterAll(async () => {
  for (const host of nodes) await inHost(host, `rm -f ${FILE} ${FILE}.new`);
});

describe("an account with what `midwatch grants` prints", () => {
  it("may ask every question", async () => {
    const watch = startWatch({ cluster, access: openAccess(cluster), systems, damped: false });
    try {
      await watch.firstPicture(60_000);
      const probes = systems.filter((system) => system.present(cluster)).flatMap((system) => system.probes(cluster));
      const refused = probes.flatMap(({ key }) => {
        const outcome = watch.evidence(key)?.outcome;
        return outcome?.state === "unknown" && outcome.reason === "privilege" ? [`${key}: ${outcome.detail}`] : [];
      });
      expect(refused).toEqual([]);
    } finally {
      await watch.close();
    }
  });

  it.each([
    "/usr/sbin/gluster --mode=script volume stop data",
    "/usr/sbin/gluster --mode=script --log-level=ERROR --nolog --timeout=6 --xml volume info all extra",
    "/usr/bin/cat /etc/shadow",
    "/usr/bin/cat /var/lib/mysql/grastate.dat /etc/shadow",
    "/usr/bin/systemctl stop mariadb",
  ])("is refused by the server what is not on the list: %s", async (command) => {
    const [host] = nodes;
    if (host === undefined) throw new Error("the lab has no nodes");
    expect(await inHost(host, `runuser -u viewer -- sudo -n ${command} >/dev/null 2>&1; echo "exit $?"`)).toContain(
      "exit 1",
    );
  });

  it("has a HAProxy socket of its own, which HAProxy accepts beside the operators'", async () => {
    const [balancer] = balancers;
    const loaded = await loadInventory(dirs.inventory);
    const [watched] = loaded.ok ? loaded.value : [];
    if (balancer === undefined || watched === undefined) throw new Error("the lab has no load balancer");
    const [line = ""] = grantsText(watched, "viewer", "viewer").match(/^stats socket .*$/m) ?? [];
    expect(line).toBe("stats socket /run/haproxy/midwatch.sock user viewer mode 600 level user");
    const tried = `sed '/admin[.]sock/a ${line}' /etc/haproxy/haproxy.cfg > /tmp/tried.cfg; haproxy -c -f /tmp/tried.cfg 2>&1; rm /tmp/tried.cfg`;
    expect(await inHost(balancer, tried)).toContain("Configuration file is valid");
  });
});
