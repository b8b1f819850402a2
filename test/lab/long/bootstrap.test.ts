import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { inHost } from "../../../lab/hosts/process.ts";
import { ensureGalera, isSynced, memberView, sql } from "../../../lab/services/galera.ts";
import { masterHost, webHosts, type LabHost } from "../../../lab/topology.ts";
import { dirs, possible } from "../support/watch.ts";

let folder: string;

const midwatch = (...args: readonly string[]) =>
  execa(process.execPath, ["dist/main.js", ...args, "-i", dirs.inventory], {
    reject: false,
    env: { XDG_STATE_HOME: folder },
    stdin: "ignore",
    timeout: 220_000,
  });

const bootstrap = (...args: readonly string[]) => midwatch("run", "bootstrap", "--yes", "--reason", "a test", ...args);

const kill = (host: LabHost): Promise<string> =>
  inHost(host, "systemctl kill -s KILL mariadb; systemctl stop mariadb; systemctl is-active mariadb || true");

const others = webHosts.filter((host) => host !== masterHost);
const [middle, last] = others;

/** Something that only the members that still run have. */
const write = (text: string, on: LabHost): Promise<string> =>
  inHost(
    on,
    `mariadb -e "CREATE TABLE IF NOT EXISTS shop.midwatch_proof (t VARCHAR(40) PRIMARY KEY) ENGINE=InnoDB; INSERT IGNORE INTO shop.midwatch_proof VALUES ('${text}')"`,
  );

describe.runIf(possible)("the whole database down, started again", () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "midwatch-bootstrap-"));
    await ensureGalera();
  });
  afterEach(ensureGalera, 240_000);
  afterAll(async () => {
    // What a failed test leaves unfinished must keep nobody else out.
    await midwatch("journal", "leave", "--reason", "after a test");
    await sql("DROP TABLE IF EXISTS shop.midwatch_proof");
    await rm(folder, { recursive: true, force: true });
  });

  test("refuses while one member is Primary", async () => {
    for (const host of others) await inHost(host, "systemctl stop mariadb", { timeoutMs: 60_000 });
    const { stderr, exitCode } = await bootstrap();
    expect(stderr).toContain(`${masterHost.name} is Primary`);
    expect(exitCode).toBe(77);
  });

  test("killed hard one after the other, it begins on the one that wrote last; resumed after a kill", async () => {
    if (middle === undefined || last === undefined) throw new Error("the lab has three members");
    await kill(masterHost);
    // Two of three are left and go on; the middle one is killed before the last row is written.
    await expect.poll(async () => isSynced(await memberView(last)), { timeout: 30_000, interval: 500 }).toBe(true);
    await write("first", last);
    await inHost(middle, "systemctl stop mariadb", { timeoutMs: 60_000 });
    await write("second", last);
    await kill(last);
    const dry = await bootstrap("--dry-run");
    expect(dry.stdout).toContain(`${last.name} has the newest data`);
    expect(dry.stdout).toContain(`note: ${middle.name}: position`);
    const refused = await bootstrap("--override", masterHost.name);
    expect(`${refused.stdout}${refused.stderr}`).toContain("nothing was sent");
    const child = bootstrap("--override", last.name);
    for await (const line of child) {
      if (!/sent .*galera_new_cluster/.test(line)) continue;
      child.kill("SIGKILL");
      break;
    }
    await child;
    const resumed = await midwatch("journal", "resume", "--reason", "a test");
    expect(`${resumed.stdout}${resumed.stderr}`).toContain("done: start of the database");
    expect(resumed.exitCode).toBe(0);
    for (const host of webHosts) {
      expect(isSynced(await memberView(host))).toBe(true);
      expect(await inHost(host, "mariadb -N -e 'SELECT COUNT(*) FROM shop.midwatch_proof'")).toContain("2");
    }
    expect((await memberView(masterHost))?.["wsrep_cluster_size"]).toBe("3");
  });

  test("refuses while a host is missing, and when the members' data are of different clusters", async () => {
    if (last === undefined) throw new Error("the lab has three members");
    for (const host of webHosts) await kill(host);
    await inHost(last, "systemctl stop ssh");
    try {
      const missing = await bootstrap();
      expect(missing.stderr).toContain(`${last.name} cannot be asked`);
      expect(missing.exitCode).toBe(77);
    } finally {
      await inHost(last, "systemctl start ssh");
    }
    const grastate = "/var/lib/mysql/grastate.dat";
    const before = await inHost(last, `cat ${grastate}`);
    await inHost(
      last,
      `sed -i -e 's/^uuid:.*/uuid:    00c1b1ae-3a52-11f0-9d1c-0242ac120002/' -e 's/^seqno:.*/seqno:   4/' ${grastate}`,
    );
    const differ = await bootstrap();
    expect(differ.stderr).toContain("not of one cluster");
    expect(differ.stderr).toContain(`${last.name} 00c1b1ae-3a52-11f0-9d1c-0242ac120002`);
    expect(differ.exitCode).toBe(77);
    await inHost(last, `cat > ${grastate}`, { input: before });
    for (const host of webHosts) expect(await memberView(host)).toBeUndefined();
  });
});
