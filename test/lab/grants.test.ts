import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ACCOUNTS } from "../../lab/cluster/inventory.ts";
import { grantsOf } from "../../lab/cluster/grants.ts";
import { loadSecrets, secretFile } from "../../lab/cluster/secrets.ts";
import { serverStates } from "../../lab/services/haproxy.ts";
import { redisCli } from "../../lab/services/redis.ts";
import { inHost, tryIn } from "../../lab/hosts/process.ts";
import { balancer, hostNamed, HOSTS, REDIS, redisHost, type LabHost } from "../../lab/topology.ts";
import { needsOf, type Need } from "../../src/commands/grants-needs.ts";
import type { Send } from "../../src/connect/command.ts";
import { openAccess } from "../../src/connect/open.ts";
import { exampleOf } from "../../src/connect/vary.ts";
import type { Cluster } from "../../src/inventory/cluster.ts";
import { loadInventory } from "../../src/inventory/load.ts";
import { systems } from "../../src/systems/registry.ts";
import { startWatch } from "../../src/watch/watch.ts";
import { dirs, possible } from "./support/watch.ts";

const clusterIn = async (path: string): Promise<Cluster> => {
  const loaded = await loadInventory(path);
  const [cluster] = loaded.ok ? loaded.value : [];
  if (cluster === undefined) throw new Error(`${path} describes no cluster`);
  return cluster;
};

const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;

interface Tried {
  readonly where: string;
  readonly what: string;
  readonly said: string;
}

/** One change as the viewer's account would try it by hand, with the viewer's own credentials; what the server said. */
const tryAsViewer = async ({ ask, targets }: Need): Promise<Tried> => {
  const [target = ""] = targets;
  const { script, host, input = "" } = await byHand(ask.send, target);
  const { stdout, stderr } = await tryIn(host, script, { input, timeoutMs: 20_000 });
  return { where: target, what: `${ask.commandId}: ${script.slice(0, 160)}`, said: `${stdout}${stderr}` };
};

interface ByHand {
  readonly host: LabHost;
  readonly script: string;
  readonly input?: string;
}

const hostAt = (name: string): LabHost => {
  const host = hostNamed(name);
  if (host === undefined) throw new Error(`the lab has no ${name}`);
  return host;
};

const { sshUser, sqlUser, sqlSecret, redisUser, redisSecret } = ACCOUNTS.viewer;

const byHand = async (send: Send, target: string): Promise<ByHand> => {
  const secret = async (name: typeof sqlSecret) => (await readFile(secretFile(dirs.secrets, name), "utf8")).trim();
  switch (send.kind) {
    case "host":
      return {
        host: hostAt(target),
        script: `runuser -u ${sshUser} -- sudo -n -- ${send.argv.map((word) => quoted(exampleOf(word))).join(" ")} </dev/null`,
      };
    case "sql":
      return {
        host: hostAt(target),
        script: `read -r MYSQL_PWD; export MYSQL_PWD; runuser -u ${sshUser} --preserve-environment -- mariadb -h 127.0.0.1 -u ${sqlUser} -e ${quoted(exampleOf(send.sql))}`,
        input: `${await secret(sqlSecret)}\n`,
      };
    case "redis": {
      const port = REDIS.find(({ name }) => name === target)?.port ?? 0;
      const lines = send.calls.map((call) => call.map((word) => JSON.stringify(exampleOf(word))).join(" "));
      return {
        host: redisHost,
        script: `read -r REDISCLI_AUTH; export REDISCLI_AUTH; redis-cli --no-auth-warning --user ${redisUser} -p ${port}`,
        input: `${[await secret(redisSecret), ...lines].join("\n")}\n`,
      };
    }
    case "haproxy":
      return {
        host: hostAt(target),
        script: `echo ${quoted(exampleOf(send.line))} | runuser -u ${sshUser} -- timeout 5 socat -t 3 - UNIX-CONNECT:/run/haproxy/admin.sock`,
      };
    case "http":
      throw new Error("nothing is changed over HTTP");
  }
};

/** Each server's own words. */
const REFUSED: Readonly<Record<Send["kind"], RegExp>> = {
  host: /sudo: a password is required|not allowed/,
  sql: /Access denied/,
  redis: /NOPERM/,
  haproxy: /Permission denied/,
  http: /never/,
};

/** What the changes would have changed. */
const stateOfTheLab = async () => ({
  servers: [...(await serverStates(balancer))],
  lock: (await redisCli(REDIS[1], await loadSecrets(dirs.secrets), "KEYS 'midwatch:*'")).stdout,
  hosts: await Promise.all(
    HOSTS.map((host) =>
      inHost(
        host,
        "systemctl list-units --type=service --state=running --plain --no-legend | grep -v -e midwatch -e user@ -e systemd- -e logrotate -e sync | awk '{print $1}'; cat /proc/1/stat | cut -d' ' -f22; ls /etc/apache2/mods-enabled /etc/cronwrap 2>/dev/null; mount | grep glusterfs | sort",
      ),
    ),
  ),
});

describe.runIf(possible)("the viewer's account, made of what `midwatch grants` prints", () => {
  it("may ask every question", async () => {
    const cluster = await clusterIn(dirs.viewerInventory);
    expect(await refusedQuestions(cluster)).toEqual([]);
  });

  it("is refused every change of the catalogue by the servers themselves, and nothing is other than before", async () => {
    const changes = needsOf(await clusterIn(dirs.inventory), "operator").filter(
      // Everybody with a login may write a line into the host's log.
      ({ ask }) => ask.effect === "change" && ask.privilege.need !== "login",
    );
    expect(new Set(changes.map(({ ask }) => ask.kind))).toEqual(new Set(["host", "sql", "redis", "haproxy"]));
    const before = await stateOfTheLab();
    const taken: Tried[] = [];
    for (const change of changes) {
      const tried = await tryAsViewer(change);
      if (!REFUSED[change.ask.kind].test(tried.said)) taken.push(tried);
    }
    expect(taken).toEqual([]);
    expect(await stateOfTheLab()).toEqual(before);
  });

  it.each([
    "/usr/sbin/gluster --mode=script volume stop data",
    "/usr/sbin/gluster --mode=script --log-level=ERROR --nolog --timeout=6 --xml volume info all extra",
    "/usr/bin/cat /etc/shadow",
    "/usr/bin/cat /var/lib/mysql/grastate.dat /etc/shadow",
    "/usr/bin/journalctl -q --no-pager -u midwatch-x.service -n 20 -o cat --vacuum-size=1",
    "/usr/bin/systemctl stop mariadb",
  ])("is refused what is not on the list: %s", async (command) => {
    const script = `runuser -u viewer -- sudo -n ${command} >/dev/null 2>&1; echo "exit $?"`;
    expect(await inHost(hostAt("web1"), script)).toContain("exit 1");
  });
});

const refusedQuestions = async (cluster: Cluster): Promise<readonly string[]> => {
  const watch = startWatch({ cluster, access: openAccess(cluster), systems, damped: false });
  try {
    await watch.firstPicture(60_000);
    const probes = systems.filter((system) => system.present(cluster)).flatMap((system) => system.probes(cluster));
    return probes.flatMap(({ key }) => {
      const outcome = watch.evidence(key)?.outcome;
      return outcome?.state === "unknown" && outcome.reason === "privilege" ? [`${key}: ${outcome.detail}`] : [];
    });
  } finally {
    await watch.close();
  }
};

describe.runIf(possible)("an operator with what `midwatch grants` prints, and no more", () => {
  const FILE = "/etc/sudoers.d/ops";

  beforeAll(async () => {
    for (const host of HOSTS)
      await inHost(
        host,
        `cp -a ${FILE} /root/sudoers.ops && umask 0337 && cat > ${FILE}.new && visudo -cqf ${FILE}.new && mv ${FILE}.new ${FILE}`,
        { input: grantsOf("operator").sudoers(host.name) },
      );
  });
  afterAll(async () => {
    for (const host of HOSTS) await inHost(host, `mv /root/sudoers.ops ${FILE}`);
  });

  it("may ask every question", async () => {
    expect(await refusedQuestions(await clusterIn(dirs.inventory))).toEqual([]);
  });

  it("may send every change as root, and none with anything added", async () => {
    const changes = needsOf(await clusterIn(dirs.inventory), "operator").filter(
      ({ ask }) => ask.privilege.need === "root",
    );
    const wrong: string[] = [];
    for (const { name } of HOSTS) {
      const here = changes.filter(({ targets }) => targets.includes(name));
      const argvs = here.flatMap(({ ask: { send } }) => (send.kind === "host" ? [send.argv.map(exampleOf)] : []));
      // `sudo -l COMMAND` says whether it would be allowed, and runs nothing.
      const script = argvs
        .flatMap((argv) => [
          `runuser -u ops -- sudo -n -l -- ${argv.map(quoted).join(" ")} >/dev/null 2>&1 || echo ${quoted(`refused: ${argv.join(" ")}`)}`,
          `runuser -u ops -- sudo -n -l -- ${[...argv, "/etc/shadow"].map(quoted).join(" ")} >/dev/null 2>&1 && echo ${quoted(`allowed: ${argv.join(" ")} /etc/shadow`)}`,
        ])
        .join("\n");
      const said = await inHost(hostAt(name), `${script}\ntrue`, { timeoutMs: 120_000 });
      wrong.push(...said.split("\n").filter((line) => line !== ""));
    }
    expect(wrong).toEqual([]);
  });
});
