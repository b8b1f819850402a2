import { describe, expect, it } from "vitest";
import { stillCluster, type StillCluster } from "./support.ts";

const start = (cluster: StillCluster, ...argv: readonly string[]) =>
  cluster.run("web1", ["sudo", "-n", "/usr/bin/systemd-run", "--quiet", "--unit=midwatch-a.service", "--", ...argv]);

const state = (cluster: StillCluster): string =>
  cluster.run("web1", [
    "/usr/bin/systemctl",
    "show",
    "-p",
    "LoadState,ActiveState,SubState,ExecMainStatus",
    "midwatch-a",
  ]).stdout;

const log = (cluster: StillCluster): string =>
  cluster.run("web1", ["sudo", "/usr/bin/journalctl", "-q", "-u", "midwatch-a", "-n", "20", "-o", "cat"]).stdout;

describe("long work on a simulated host", () => {
  it("runs by itself, tells its lines as it goes, and stays in sight when it has ended", () => {
    const cluster = stillCluster();
    expect(start(cluster, "sleep", "10")).toMatchObject({ exitCode: 0 });
    expect(state(cluster)).toContain("SubState=running");
    expect(start(cluster, "sleep", "10").stderr).toContain("already loaded");
    cluster.pass(11_000);
    expect(state(cluster)).toContain("SubState=exited");
  });

  it("that fails says how, until it is forgotten", () => {
    const cluster = stillCluster();
    expect(start(cluster, "/usr/bin/which", "nosuch")).toMatchObject({ exitCode: 0 });
    cluster.pass(1_000);
    expect(state(cluster)).toMatch(/ExecMainStatus=1[^]*ActiveState=failed/);
    cluster.run("web1", ["sudo", "/usr/bin/systemctl", "reset-failed", "midwatch-a.service"]);
    expect(state(cluster)).toContain("LoadState=not-found");
  });

  it("its lines are for root", () => {
    const cluster = stillCluster();
    start(cluster, "/usr/bin/hostname");
    cluster.pass(1_000);
    expect(log(cluster)).toBe("web1\n");
    expect(cluster.run("web1", ["/usr/bin/journalctl", "-u", "midwatch-a"], "viewer").exitCode).toBe(1);
  });

  it("an ordinary user starts nothing", () => {
    expect(
      stillCluster().run("web1", ["/usr/bin/systemd-run", "--unit=midwatch-a", "--", "sleep", "1"], "viewer"),
    ).toMatchObject({ exitCode: 1 });
  });
});
