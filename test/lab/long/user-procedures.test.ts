import { copyFile, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadSecrets } from "../../../lab/cluster/secrets.ts";
import { inHost } from "../../../lab/hosts/process.ts";
import { setAccounts } from "../../../lab/services/accounts.ts";
import { sql } from "../../../lab/services/galera.ts";
import { runSync } from "../../../lab/services/shadow.ts";
import { masterHost, NETWORK, webHosts } from "../../../lab/topology.ts";
import { dirs, possible } from "../support/watch.ts";

let folder: string;

const midwatch = (...args: readonly string[]) =>
  execa(process.execPath, ["dist/main.js", ...args, "-i", dirs.inventory], {
    reject: false,
    env: { XDG_STATE_HOME: folder, XDG_CONFIG_HOME: folder },
    stdin: "ignore",
    timeout: 400_000,
  });

const run = (name: string, ...args: readonly string[]) => midwatch("run", name, "--yes", "--reason", "a test", ...args);

/** What wp-cli does, as far as a procedure sees it. */
const wp = (verified: boolean): string => `#!/bin/bash
path=\${1#--path=}; shift
case "$*" in
  "db export "*) echo dump > "$3" ;;
  "core update") echo '<?php // 6.9' > "$path/wp-version.php" ;;
  "core update-db") ;;
  "core verify-checksums") ${verified ? 'grep -q 6.9 "$path/wp-version.php"' : "echo 'file should not exist: x.php' >&2; exit 1"} ;;
  *) exit 9 ;;
esac
`;

const installWp = (verified: boolean) =>
  inHost(masterHost, "cat > /usr/local/bin/wp; chmod 755 /usr/local/bin/wp", { input: wp(verified) });

const VHOST = `<VirtualHost *:80>
  ServerName TEMPLATE_DOMAIN
  DocumentRoot /var/www/TEMPLATE
</VirtualHost>
`;

const OPS = ["localhost", "127.0.0.1", NETWORK.machineAddress.replace(/\d+$/, "%")].map(
  (from) => `'midwatch_ops'@'${from}'`,
);

describe.runIf(possible)("the procedures that are shipped, on the lab", { timeout: 450_000, retry: 1 }, () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "midwatch-own-"));
    await mkdir(join(folder, "midwatch", "procedures"), { recursive: true });
    for (const name of ["wordpress-update.yaml", "new-site.yaml"])
      await copyFile(join("procedures", name), join(folder, "midwatch", "procedures", name));
    await inHost(masterHost, "systemctl stop cron; rm -f /var/www/shop/wp-version.php; chown www-data /var/www/shop");
    await runSync();
  });
  afterAll(async () => {
    // What a failed test leaves unfinished must keep nobody else out.
    await midwatch("journal", "leave", "--reason", "after a test");
    await inHost(
      masterHost,
      "rm -rf /usr/local/bin/wp /var/www/shop/wp-version.php /var/www/zoo /var/www/template /data/uploads /var/backups/wordpress; chown root /var/www/shop; systemctl start cron",
    );
    for (const host of webHosts)
      await inHost(
        host,
        "rm -rf /etc/apache2/sites-enabled/zoo.conf /etc/apache2/sites-available/zoo.conf /etc/apache2/midwatch; systemctl reload apache2",
      );
    await sql(
      `DROP DATABASE IF EXISTS zoo; DROP USER IF EXISTS 'zoo'@'%'; ${OPS.map((who) => `REVOKE ALL PRIVILEGES, GRANT OPTION FROM ${who};`).join(" ")}`,
    );
    await setAccounts(await loadSecrets(dirs.secrets));
    await runSync();
    await rm(folder, { recursive: true, force: true });
  });

  test("WordPress: updated on the master, verified, synced, verified on every origin", async () => {
    await installWp(true);
    const { stdout, stderr, exitCode } = await run("wordpress-update", "--set", "site=shop");
    expect(`${stdout}${stderr}`).toContain("done: update WordPress");
    expect(exitCode).toBe(0);
    for (const host of webHosts) expect(await inHost(host, "cat /var/www/shop/wp-version.php")).toContain("6.9");
    expect(await inHost(masterHost, "cat /var/backups/wordpress/shop/database.sql")).toContain("dump");
  });

  test("WordPress: what cannot be verified is put back, and reaches no other origin", async () => {
    await inHost(
      masterHost,
      "echo '<?php // 6.8' > /var/www/shop/wp-version.php; chown www-data /var/www/shop/wp-version.php",
    );
    await runSync();
    await installWp(false);
    const { stdout, exitCode } = await run("wordpress-update", "--set", "site=shop", "--at-deadline", "give-up");
    expect(stdout).toContain("file should not exist: x.php");
    expect(stdout).toContain("taken back: update WordPress");
    expect(exitCode).toBe(3);
    for (const host of webHosts) expect(await inHost(host, "cat /var/www/shop/wp-version.php")).toContain("6.8");
  });

  test("a new site from a template answers on every origin", async () => {
    await inHost(
      masterHost,
      "mkdir -p /var/www/template && echo 'hello from the template' > /var/www/template/index.html",
    );
    for (const host of webHosts)
      await inHost(host, "mkdir -p /etc/apache2/midwatch && cat > /etc/apache2/midwatch/site.conf", { input: VHOST });
    await runSync();
    await sql(OPS.map((who) => `GRANT ALL PRIVILEGES ON *.* TO ${who} WITH GRANT OPTION;`).join(" "));
    const hash = "*94BDCEBE19083CE2A1F959FD02F964C7AF4CFC29";
    const site = ["--set", "site=zoo", "--set", "domain=zoo.example", "--set", `password-hash=${hash}`] as const;
    const { stdout, stderr, exitCode } = await run("new-site", ...site);
    expect(`${stdout}${stderr}`).toContain("done: roll out a new site");
    expect(exitCode).toBe(0);
    for (const host of webHosts) {
      expect(await inHost(host, "curl -s -H 'Host: zoo.example' http://127.0.0.1/")).toContain(
        "hello from the template",
      );
      expect(await inHost(host, "readlink /var/www/zoo/uploads; test -d /data/uploads/zoo && echo there")).toContain(
        "there",
      );
      expect(await inHost(host, "mariadb -N -e \"SHOW DATABASES LIKE 'zoo'\"")).toContain("zoo");
    }
    // Nobody's site is written over.
    const again = await run("new-site", ...site);
    expect(again.stdout).toContain("nothing was sent");
    expect(again.exitCode).toBe(1);
  });
});
