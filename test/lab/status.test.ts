import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { execa } from "execa";
import { parse, stringify } from "yaml";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inHost } from "../../lab/hosts/process.ts";
import * as byHand from "./support/by-hand.ts";
import { dirs, possible, resetLab } from "./support/watch.ts";

/** `midwatch status` as installed (`npm run build` first), on the real daemons. */
let folder: string;
let inventory: string;

beforeAll(async () => {
  if (!possible) return;
  folder = await mkdtemp(join(tmpdir(), "midwatch-lab-status-"));
  inventory = join(folder, "inventory.yaml");
  // All hosts of the lab show this machine's load, which the tests themselves make.
  const file = parse(await readFile(dirs.inventory, "utf8"));
  file.clusters.lab.thresholds = { load_per_core_warning: 1_000 };
  await writeFile(inventory, stringify(file), { mode: 0o600 });
});
afterAll(async () => {
  if (folder !== undefined) await rm(folder, { recursive: true });
});

const status = async (...args: readonly string[]) => {
  const command = ["dist/main.js", "status", "-i", inventory, "--within", "30s", ...args];
  return execa(process.execPath, command, { reject: false, stdin: "ignore", timeout: 60_000 });
};

/** The report, once the published schema has accepted it. */
const report = async () => {
  const { stdout, exitCode } = await status("--json");
  const schema = JSON.parse(await readFile("docs/status.schema.json", "utf8"));
  const validate = new Ajv2020({ strict: false }).compile(schema);
  const read = JSON.parse(stdout);
  expect(validate(read), JSON.stringify(validate.errors)).toBe(true);
  return { read, exitCode };
};

interface Named {
  readonly host: string;
}

const by = <T extends Named>(list: readonly T[], host: string): T | undefined =>
  list.find((each) => each.host === host);

describe.runIf(possible)("midwatch status on the lab", () => {
  test("healthy: the same as by hand, and exit code 0", async () => {
    const views = await Promise.all(["web1", "web2", "web3"].map((host) => byHand.member(byHand.lab(host))));
    const [sessions, servers] = [await byHand.dbsize("sessions"), await byHand.servers()];
    const { read, exitCode } = await report();
    expect(read.findings.filter(({ severity }: { severity: string }) => severity !== "info")).toEqual([]);
    expect([read.overall, exitCode]).toEqual([expect.stringMatching(/^(ok|info)$/), 0]);
    const { galera, redis, haproxy } = read.systems;
    expect(
      galera.facts.members.map(({ view }: { view: { value: Record<string, unknown> } }) => ({
        wsrep_cluster_status: view.value["clusterStatus"],
        wsrep_local_state_comment: view.value["stateComment"],
        wsrep_cluster_size: String(view.value["size"]),
      })),
    ).toEqual(
      views.map((view) => ({
        wsrep_cluster_status: view?.["wsrep_cluster_status"],
        wsrep_local_state_comment: view?.["wsrep_local_state_comment"],
        wsrep_cluster_size: view?.["wsrep_cluster_size"],
      })),
    );
    expect(redis.facts.instances.find(({ name }: { name: string }) => name === "sessions").keys.value.count).toBe(
      sessions,
    );
    expect(haproxy.summary).toContain("web 3/3");
    expect(Object.values(servers).map((server) => server["status"])).toEqual(Array.from({ length: 6 }, () => "UP"));
  });

  describe("MariaDB stopped on web3", () => {
    beforeAll(() => inHost(byHand.lab("web3"), "systemctl stop mariadb", { timeoutMs: 60_000 }));
    afterAll(resetLab);

    test("exit code 2, and the member is in the report as stopped", async () => {
      const { read, exitCode } = await report();
      expect([read.overall, exitCode]).toEqual(["critical", 2]);
      const member = by<Named & { readonly presence: unknown; readonly view: unknown }>(
        read.systems.galera.facts.members,
        "web3",
      );
      expect(member).toMatchObject({ presence: { state: "known", value: "stopped" }, view: { state: "unknown" } });
      expect(read.findings[0]).toMatchObject({ id: "galera.member_down", host: "web3", severity: "critical" });
    });

    test("in words too", async () => {
      const { stdout, exitCode } = await status();
      expect(exitCode).toBe(2);
      expect(stdout).toMatch(/^CRITICAL {2}.*web3/m);
      expect(stdout).toMatch(/galera +CRITICAL +2\/3 Primary · web3 stopped/);
    });
  });
});
