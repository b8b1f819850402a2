import { describe, expect, it } from "vitest";
import { SCENARIOS } from "../../src/demo/scenarios.ts";
import { statCsv } from "../../src/demo/haproxy/stat.ts";
import { stillCluster, type StillCluster } from "./support.ts";

const MINUTE_MS = 60_000;

/** One column of `show stat` for a server. */
const stat = (still: StillCluster, proxy: string, server: string, column: string): string | undefined => {
  const [head = "", ...rows] = statCsv(still.world()).split("\n");
  const at = head.replace(/^# /, "").split(",").indexOf(column);
  return rows.find((row) => row.startsWith(`${proxy},${server},`))?.split(",")[at];
};

const gluster = (still: StillCluster, ...words: readonly string[]): string =>
  still.run("web1", ["sudo", "-n", "--", "/usr/sbin/gluster", "--xml", ...words]).stdout;

/** Says what would be noticed if anything was wrong. */
const complaints = (still: StillCluster): readonly string[] => {
  const world = still.world();
  const found: string[] = [];
  for (const host of ["web1", "web2", "web3", "lb1"] as const) {
    const failed = still.run(host, ["systemctl", "list-units", "--state=failed", "--plain", "--no-legend"]).stdout;
    if (failed !== "") found.push(`${host}: ${failed}`);
    const aheadMs = Number(still.run(host, ["date", "+%s"]).stdout) * 1_000 - Date.now();
    if (Math.abs(aheadMs) > 5_000) found.push(`${host}: clock`);
  }
  for (const node of ["web1", "web2", "web3"] as const) {
    if (still.sql(node, "wsrep_cluster_size") !== "3") found.push(`${node}: size`);
    if (still.sql(node, "wsrep_local_state_comment") !== "Synced") found.push(`${node}: not synced`);
    if (stat(still, "web", node, "status") !== "UP") found.push(`web/${node}`);
    if (stat(still, "mysql", node, "status") !== "UP") found.push(`mysql/${node}`);
    const page = still.run(node, ["/usr/sbin/apache2ctl", "-t"]);
    if (page.exitCode !== 0) found.push(page.stderr);
    const sync = still.run(node, ["cat", "/var/lib/sync-sites/last"]).stdout;
    const age = world.nowMs / 1_000 - Number(/^last_success=(\d+)$/m.exec(sync)?.[1]);
    if (!(age < 250)) found.push(`${node}: sync ${age} s old`);
  }
  for (const volume of ["data", "wp-core"]) {
    const summary = gluster(still, "volume", "heal", volume, "info", "summary");
    if (!/(<totalNumberOfEntries>0<[^]*){3}/.test(summary)) found.push(`${volume}: heal`);
  }
  const { sessions } = world.redis;
  if (sessions.evicted > 0 || sessions.policy !== "noeviction") found.push("sessions evicted");
  return found;
};

describe("scenarios", () => {
  it("are well when they say so", () => {
    const still = stillCluster("healthy");
    expect(complaints(still)).toStrictEqual([]);
    still.pass(10 * MINUTE_MS);
    expect(complaints(still)).toStrictEqual([]);
  });

  it.each(SCENARIOS.map(({ name }) => name).filter((name) => name !== "healthy"))("%s can be seen", (name) => {
    expect(complaints(stillCluster(name)).length + (name === "php-as-source" ? 1 : 0)).toBeGreaterThan(0);
  });

  it.each(SCENARIOS.map(({ name }) => name))("after %s the cluster gets well again by itself", (name) => {
    const still = stillCluster(name);
    still.set("healthy");
    still.pass(15 * MINUTE_MS);
    // What was evicted stays counted; the rest is as if nothing had been.
    still.world().redis.sessions.evicted = 0;
    expect(complaints(still)).toStrictEqual([]);
  });

  it("node-down reaches every system, each in its own time", () => {
    const still = stillCluster();
    const before = Number(still.sql("web1", "wsrep_cluster_conf_id"));
    still.set("node-down");
    expect(still.sql("web1", "wsrep_cluster_size")).toBe("3");
    still.pass(15_000);
    for (const node of ["web1", "web2"] as const) {
      expect(still.sql(node, "wsrep_cluster_size")).toBe("2");
      expect(still.sql(node, "wsrep_cluster_status")).toBe("Primary");
      expect(still.sql(node, "wsrep_cluster_conf_id")).toBe(String(before + 1));
    }
    for (const proxy of ["web", "mysql"]) {
      expect(stat(still, proxy, "web3", "status")).toBe("DOWN");
      expect(stat(still, proxy, "web3", "check_status")).toBe("* L4TOUT");
      expect(stat(still, proxy, "web1", "status")).toBe("UP");
    }
    expect(gluster(still, "pool", "list")).not.toContain("<connected>0</connected>");
    expect(gluster(still, "volume", "status", "all")).toBe("Error : Request timed out\n");
    expect(gluster(still, "volume", "heal", "data", "info")).toContain("<numberOfEntries>-</numberOfEntries>");
    still.pass(2 * MINUTE_MS);
    expect(gluster(still, "pool", "list")).toContain("<connected>0</connected>");
    still.pass(2 * MINUTE_MS);
    const last = still.run("web1", ["cat", "/var/lib/sync-sites/last"]).stdout;
    expect(last).toMatch(/^result=failed\nexit=4\nreason=sub-servers failed: web3:255$/m);
    const pending = still.world().gluster.volumes.data.bricks.web1.pending;
    expect(pending).toBeGreaterThan(50);
    still.set("healthy");
    still.pass(30_000);
    expect(still.sql("web3", "wsrep_local_state_comment")).toBe("Synced");
    expect(Number(still.sql("web3", "Uptime"))).toBeLessThan(60);
    expect(still.world().gluster.volumes.data.bricks.web1.pending).toBeLessThan(pending);
  });

  it("are settled when every system has noticed", () => {
    const still = stillCluster();
    expect(still.simulation.isSettled()).toBe(true);
    still.set("member-non-primary");
    expect(still.simulation.isSettled()).toBe(false);
    still.pass(20_000);
    expect(still.simulation.isSettled()).toBe(true);
    still.set("healthy");
    expect(still.simulation.isSettled()).toBe(false);
    still.pass(20_000);
    expect(still.simulation.isSettled()).toBe(true);
    expect(complaints(still)).toStrictEqual([]);
  });

  it("a member cut off answers for itself alone, and its load balancer knows", () => {
    const still = stillCluster("member-non-primary");
    expect(still.sql("web2", "wsrep_cluster_status")).toBe("non-Primary");
    expect(still.sql("web2", "wsrep_cluster_size")).toBe("1");
    expect(still.sql("web2", "wsrep_cluster_conf_id")).toBe("18446744073709551615");
    expect(still.sql("web2", "wsrep_ready")).toBe("OFF");
    expect(still.sql("web1", "wsrep_cluster_size")).toBe("2");
    expect(stat(still, "mysql", "web2", "check_status")).toBe("L7STS");
    expect(stat(still, "web", "web2", "status")).toBe("UP");
  });

  it("the last primary member alone keeps no quorum when two are lost, and keeps it when two leave", () => {
    const lost = stillCluster();
    lost.world().galera.members.web2.isolated = true;
    lost.world().galera.members.web3.isolated = true;
    lost.pass(10_000);
    expect(lost.sql("web1", "wsrep_cluster_status")).toBe("non-Primary");
    lost.set("healthy");
    lost.pass(30_000);
    expect(lost.sql("web1", "wsrep_cluster_status")).toBe("Primary");
    expect(lost.sql("web1", "wsrep_cluster_size")).toBe("3");
    const left = stillCluster();
    for (const node of ["web3", "web2"] as const) {
      expect(left.run(node, ["sudo", "-n", "--", "systemctl", "stop", "mariadb"]).exitCode).toBe(0);
      left.pass(10_000);
    }
    expect(left.sql("web1", "wsrep_cluster_status")).toBe("Primary");
    expect(left.sql("web1", "wsrep_cluster_size")).toBe("1");
  });

  it("a pending heal shrinks", () => {
    const still = stillCluster("heal-pending");
    const pending = (): number =>
      Number(/<totalNumberOfEntries>(\d+)</.exec(gluster(still, "volume", "heal", "data", "info", "summary"))?.[1]);
    const first = pending();
    expect(first).toBeGreaterThan(1_500);
    still.pass(30_000);
    const later = pending();
    expect(later).toBeLessThan(first - 60);
    still.pass(10 * MINUTE_MS);
    expect(pending()).toBe(0);
  });

  it("split-brain names its files and does not heal", () => {
    const still = stillCluster("split-brain");
    still.pass(10 * MINUTE_MS);
    const listed = gluster(still, "volume", "heal", "data", "info", "split-brain");
    expect(listed).toContain(">/uploads/2024/11/menu.pdf</file>");
    expect(listed.match(/<numberOfEntries>2<\/numberOfEntries>/g)).toHaveLength(3);
  });

  it("without its PHP module web2's Apache does not start, and says which file is missing", () => {
    const still = stillCluster("php-module-lost");
    const test = still.run("web2", ["/usr/sbin/apache2ctl", "configtest"], "viewer");
    expect(test.exitCode).toBe(1);
    expect(test.stderr).toContain("libphp8.2.so: cannot open shared object file");
    expect(still.run("web2", ["systemctl", "is-active", "apache2"]).stdout).toBe("failed\n");
    expect(stat(still, "web", "web2", "check_status")).toBe("L4CON");
    expect(still.run("web2", ["ls", "/etc/apache2/mods-enabled"]).stdout).toContain("php8.2.load");
  });

  it("a drain long ago has nobody left, and the others carry its work", () => {
    const still = stillCluster("drained-and-forgotten");
    expect(stat(still, "web", "web2", "status")).toBe("DRAIN");
    expect(Number(stat(still, "web", "web2", "lastchg"))).toBeGreaterThan(3 * 86_400 - 1);
    expect(stat(still, "web", "web2", "scur")).toBe("0");
    const total = stat(still, "web", "web2", "stot");
    still.pass(MINUTE_MS);
    expect(stat(still, "web", "web2", "stot")).toBe(total);
  });

  it("a full session store drops a login for every new one", () => {
    const still = stillCluster("sessions-evicting");
    const evicted = still.world().redis.sessions.evicted;
    still.pass(MINUTE_MS);
    expect(still.world().redis.sessions.evicted).toBeGreaterThan(evicted);
  });
});
