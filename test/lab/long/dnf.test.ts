import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { withRpmRoot, type RpmRoot } from "../../../lab/image/rpm-root.ts";
import { preflight } from "../../../lab/machine/preflight.ts";
import type { HostCommand, Parsed } from "../../../src/connect/command.ts";
import { dnfSecurity, dnfUpgrades, needsRestarting } from "../../../src/systems/host/commands.ts";
import { dnfPlan, dnfUpgradeArgv, rpmVersions } from "../../../src/systems/host/package-commands.ts";
import { dirs, possible } from "../support/watch.ts";

const LONG = "a-package-whose-name-is-longer-than-the-columns-of-most-tables";

/** What a command asks and how its answer is read, on the real dnf; only the line between is not SSH. */
const asker =
  ({ attempt }: RpmRoot) =>
  async <T, P>({ argv, parse }: HostCommand<T, P, "read">, params: P): Promise<Parsed<T>> => {
    const { stdout, stderr, exitCode = 255 } = await attempt(argv(params));
    return parse({ kind: "host", stdout, stderr, exitCode, sentAtMs: 0, receivedAtMs: 0 }, params);
  };

describe.runIf(possible)("a host of RPM's packages", () => {
  test("what dnf would upgrade, for security alone, does, and needs a reboot for; and that it is blind, is told", async () => {
    const folder = await mkdtemp(join(tmpdir(), "midwatch-rpm-"));
    await withRpmRoot({ cache: dirs.cache, folder, distribution: await preflight() }, async (root) => {
      const ask = asker(root);
      const names = async (security: boolean) => {
        const plan = await ask(dnfPlan, { security });
        return plan.ok ? plan.value.upgrades.map(({ name, to }) => `${name} ${to}`) : plan.problem;
      };
      expect(await names(true)).toEqual(["mariadb-server 3:1.1-1.el9"]);
      expect(await names(false)).toEqual([
        `${LONG} 1.1-1.el9`,
        "mariadb-server 3:1.1-1.el9",
        "php-fpm 1.1-1.el9",
        "systemd 1.1-1.el9",
      ]);
      expect(await ask(dnfSecurity, undefined)).toMatchObject({ value: ["mariadb-server.noarch 3:1.1-1.el9"] });

      const installed = async () => {
        const versions = await ask(rpmVersions, ["mariadb-server", "php-fpm", "no-such-package"]);
        return versions.ok ? Object.fromEntries(versions.value) : versions.problem;
      };
      expect(await installed()).toEqual({ "mariadb-server": "3:1.0-1.el9", "php-fpm": "1.0-1.el9" });
      expect(await root.attempt(dnfUpgradeArgv({ kind: "names", names: ["mariadb-server"] }))).toMatchObject({
        ok: true,
      });
      expect(await installed()).toEqual({ "mariadb-server": "3:1.1-1.el9", "php-fpm": "1.0-1.el9" });
      expect(await names(true)).toEqual([]);
      expect(await root.attempt(dnfUpgradeArgv({ kind: "all" }))).toMatchObject({ ok: true });
      expect(await ask(dnfUpgrades, undefined)).toMatchObject({ ok: true, value: [] });
      // Newer than the boot, and one of those that take effect only with the next.
      expect(await ask(needsRestarting, undefined)).toMatchObject({ value: { reboot: true, because: ["systemd"] } });

      await root.sh("for file in $(rpm --eval %_dbpath)/*; do : > $file; done");
      const blind = { ok: false, problem: expect.stringContaining("could not read which packages are installed") };
      expect(await ask(dnfUpgrades, undefined)).toMatchObject(blind);
      expect(await ask(dnfPlan, { security: true })).toMatchObject(blind);
      expect(await ask(needsRestarting, undefined)).toMatchObject(blind);
    });
  });
});
