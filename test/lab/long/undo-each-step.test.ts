import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { inHost, tryIn } from "../../../lab/hosts/process.ts";
import type { LabHost } from "../../../lab/topology.ts";
import { adminBits, healthPage, lab, member, serverState, unit } from "../support/by-hand.ts";
import { handOnLab, type Hand } from "../support/hand.ts";
import { letDpkgHurry } from "../support/upgrading.ts";
import { possible, resetLab } from "../support/watch.ts";

/** The database's writer and the sync's master: nothing else has as many steps. */
const HOST = lab("web1");
const { name } = HOST;

let operator: Hand;

/** Nobody visits, and nobody is waited for. A host that needs no reboot gets none, but is asked. */
const SETTINGS = ["reboot=if-required", "settle=3s", "wait=3s"];

const upgrade = (host: LabHost, packages: string) => {
  const settings = [`hosts=${host.name}`, `packages=${packages}`, ...SETTINGS].flatMap((each) => ["--set", each]);
  return operator.run("upgrade", ...settings, "--at-deadline", "maint");
};

/** What an upgrade takes apart, as the daemons themselves have it. */
const asItIs = async () => {
  const bits = await adminBits();
  const view = await member(HOST);
  return {
    held: Object.entries(bits).filter(([server]) => server.endsWith(name)),
    balance: [await serverState(`web/${name}`), await serverState(`mysql/${name}`)],
    units: [await unit(name, "apache2"), await unit(name, "mariadb"), await unit(name, "glusterd")],
    member: [view?.["wsrep_local_state_comment"], view?.["wsrep_cluster_size"]],
    page: (await healthPage(name))[0],
    paused: (await tryIn(HOST, "ls /etc/cronwrap/*.paused")).stdout,
  };
};

const packagesOn = async (): Promise<string> => inHost(HOST, "dpkg-query -W -f '${Package} ${Version}\\n'");

const upgradable = async (): Promise<readonly string[]> => {
  const lines = (await inHost(HOST, "apt list --upgradable 2>/dev/null")).split("\n");
  return lines.flatMap((line) => /^([^/ ]+)\//.exec(line)?.[1] ?? []);
};

/** Each stands for itself: nothing else comes with it, and none is a server that runs there. */
const SMALL = [
  "libbrotli1",
  "libexpat1",
  "liblzma5",
  "rsync",
  "tzdata",
  "ca-certificates",
  "libssh2-1",
  "libpcre2-8-0",
  "libdbi-perl",
  "redis-tools redis-server",
  "libssl3 openssl",
  "libsasl2-2 libsasl2-modules-db",
  "python3.11 python3.11-minimal libpython3.11-minimal libpython3.11-stdlib",
  "perl perl-base perl-modules-5.36 libperl5.36",
  "haproxy",
  "libaprutil1 libaprutil1-ldap libaprutil1-dbd-sqlite3",
  "apt libapt-pkg6.0",
];

/** All others wait, as an operator would say it to apt; that something does not keeps the plan from being empty. */
const holdAllBut = async (portion: string): Promise<void> => {
  await inHost(HOST, `apt-mark hold ${(await upgradable()).join(" ")} && apt-mark unhold ${portion}`);
};

const undoneFrom = async (killed: string): Promise<string> => {
  const { all, exitCode } = await operator.undo();
  expect({ killed, exitCode, all }).toMatchObject({
    exitCode: 3,
    all: expect.stringContaining(`taken back: rolling upgrade of ${name}`),
  });
  const listed = await operator.midwatch("journal");
  expect({ killed, open: listed.exitCode !== 0 || listed.stdout.includes("next:") }).toEqual({ killed, open: false });
  return all;
};

const APT = `${name} packages: start midwatch-upgrade-RUN-${name}.service`;
/** Where the host is done with: what is behind it is not taken back any more. */
const SEALED = / settle$|summary/;

describe.runIf(possible)("a rolling upgrade, taken back from everywhere", { timeout: 3_600_000 }, () => {
  beforeAll(resetLab, 600_000);
  beforeEach(async () => {
    await letDpkgHurry();
    operator = await handOnLab();
  });
  afterEach(() => operator.close());
  afterAll(resetLab, 600_000);

  test("killed at every step and change, each time taken back: all is as before but for packages that are new, and that is said", async () => {
    const before = await asItIs();
    const old = await packagesOn();
    const seen = new Set<string>();
    // Its database and its web server stop for these; nothing of them is new as long as apt has not begun.
    for (let killed = ""; killed !== APT;) {
      expect({ killed, old: (await packagesOn()) === old }).toEqual({ killed, old: true });
      killed = (await operator.killedAtNext(upgrade(HOST, "galera,web"), seen)) ?? "nothing: it ended";
      await undoneFrom(killed);
      expect({ killed, now: await asItIs() }).toEqual({ killed, now: before });
    }
    const early = seen.size;
    const steps = ["writer", "drain", "maint", "pause", "stop-database"].map((id) => `step ${name} ${id}`);
    expect([...seen]).toEqual(expect.arrayContaining(steps));
    const portions = SMALL.values();
    let child;
    for (;;) {
      const { value: portion = "" } = portions.next();
      expect(portion, `more points than packages: ${[...seen].join("; ")}`).not.toBe("");
      await holdAllBut(portion);
      child = upgrade(HOST, "all");
      const killed = await operator.killedAtNext(child, seen);
      if (killed === undefined) break;
      const all = await undoneFrom(killed);
      const stays = SEALED.test(killed) ? "" : `packages of ${name} are not taken back: `;
      expect(all).toContain(stays);
      expect({ killed, now: await asItIs() }).toEqual({ killed, now: before });
    }
    const ended = `done: rolling upgrade of ${name}`;
    expect(await child).toMatchObject({ exitCode: 0, all: expect.stringContaining(ended) });
    expect((await tryIn(HOST, "dpkg --audit")).stdout.trim()).toBe("");
    console.info(`taken back from ${seen.size} points, ${early} of them before apt: ${[...seen].join("; ")}`);
  });

  test.each(["start", "well-again"])(
    "its database was stopped and is new, killed at %s: it is taken back with the database running",
    async (step) => {
      const before = await asItIs();
      const host = lab(step === "start" ? "web2" : "web3");
      const child = upgrade(host, "galera");
      await operator.arrives(child, `step ${host.name} ${step}`);
      child.kill("SIGKILL");
      await child;
      const undone = await operator.undo();
      expect(undone).toMatchObject({ exitCode: 3, all: expect.stringContaining("taken back: rolling upgrade of") });
      expect(undone.all).toMatch(/are not taken back: .*mariadb-server/);
      expect(await asItIs()).toEqual(before);
      expect(await serverState(`web/${host.name}`)).toBe("UP");
      expect(await unit(host.name, "mariadb")).toBe("active");
    },
  );
});
