import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Cluster } from "../../src/inventory/cluster.ts";
import { loadInventory, parseInventory } from "../../src/inventory/load.ts";
import { EXIT, formatProblems, type Problem } from "../../src/inventory/problem.ts";

const base = { folder: "/srv/inventories", home: "/home/alex" };

const clusterOf = (body: string): Cluster => {
  const parsed = parseInventory("it.yaml", `clusters:\n  shop:\n${indent(body)}`, base);
  if (!parsed.ok) throw new Error(formatProblems(parsed.problems));
  const [cluster] = parsed.value.clusters;
  if (cluster === undefined) throw new Error("no cluster");
  return cluster;
};

const indent = (text: string): string => text.replaceAll(/^(?=.)/gm, "    ");

/** `line:column what → fix`, the line counted inside the cluster. */
const says = (body: string): readonly string[] => {
  const parsed = parseInventory("it.yaml", `clusters:\n  shop:\n${indent(body)}`, base);
  return parsed.ok ? [] : parsed.problems.map(brief);
};

const brief = ({ what, where, fix }: Problem): string => {
  const place = where !== undefined && "file" in where ? `${where.line - 2}:${where.column - 4} ` : "";
  return `${place}${what}${fix === undefined ? "" : ` → ${fix}`}`;
};

const HOSTS = `hosts:
  web1: { roles: [node] }
  web2: { roles: [node] }
  lb1: { roles: [load-balancer] }
haproxy: {}
`;

describe("what is left out is filled in", () => {
  test("the least there can be", () => {
    expect(clusterOf("hosts: { web1: { roles: [node] } }")).toEqual({
      name: "shop",
      role: "viewer",
      source: "it.yaml",
      demo: false,
      hosts: [{ name: "web1", address: "web1", roles: ["node"], ssh: { agent: true, useSshConfig: true }, disks: [] }],
      redis: [],
      intervals: { fastMs: 2_000, servicesMs: 5_000, glusterMs: 10_000, slowMs: 300_000, packagesMs: 600_000 },
      thresholds: {
        diskWarning: 0.9,
        diskCritical: 0.95,
        memoryWarning: 0.9,
        loadPerCoreWarning: 2,
        clockOffsetWarningMs: 1_000,
        flowControlPausedWarning: 0.1,
        redisMemoryWarning: 0.9,
        sessionLimitWarning: 0.8,
        healthSlowWarningMs: 2_000,
        gcacheWindowWarningMs: 1_800_000,
        healStalledCriticalMs: 1_200_000,
        fillingFrom: 0.7,
        fillingWarningMs: 3_600_000,
        serverErrorsWarning: 0.05,
        conflictsPerSecondWarning: 0.2,
        receiveQueueWarning: 10,
        catchUpWarningMs: 300_000,
        healBacklogWarning: 10,
        healStandingWarningMs: 120_000,
        syncDeletionsWarning: 100,
        packageListsWarningMs: 604_800_000,
      },
    });
  });

  test("every section with nothing but what it must have", () => {
    const { galera, gluster, redis, haproxy, web, shadow } = clusterOf(`${HOSTS}
galera: { flavour: percona, user: midwatch }
gluster: { volumes: { data: { mount: /data/ } } }
redis: { cache: { host: lb1, purpose: cache } }
web: {}
shadow: { master: web2 }
`);
    expect({ galera, gluster, redis, haproxy, web, shadow }).toEqual({
      galera: {
        flavour: "percona",
        members: [
          { host: "web1", weight: 1 },
          { host: "web2", weight: 1 },
        ],
        arbitrators: 0,
        user: "midwatch",
        via: "tunnel",
        port: 3306,
        socket: "/run/mysqld/mysqld.sock",
        datadir: "/var/lib/mysql",
        service: "mysql",
      },
      gluster: {
        hosts: ["web1", "web2"],
        volumes: [{ name: "data", mount: "/data", hosts: ["web1", "web2"] }],
        service: "glusterd",
      },
      redis: [{ name: "cache", host: "lb1", port: 6379, purpose: "cache", via: "tunnel", tls: false }],
      haproxy: {
        loadBalancers: [{ host: "lb1", via: { kind: "socket", path: "/run/haproxy/admin.sock" } }],
        servers: {},
        webProxies: [],
        databaseProxies: [],
      },
      web: {
        hosts: ["web1", "web2"],
        service: "apache2",
        docroot: "/var/www",
        healthUrl: "http://127.0.0.1/",
        fpm: [],
      },
      shadow: {
        master: "web2",
        subs: ["web1"],
        script: "/etc/cronwrap/sync-sites",
        state: "/var/lib/sync-sites/last",
        intervalMs: 180_000,
        source: "/var/www",
        target: "/wp-core",
      },
    });
  });

  test("a host's ssh settings override the cluster's key by key", () => {
    const [web1, web2] = clusterOf(`
ssh: { user: ops, port: 22, jump: [bastion] }
hosts:
  web1: { roles: [node], ssh: { port: 2222, jump: [] } }
  web2: { roles: [node] }
`).hosts;
    expect(web1?.ssh).toMatchObject({ user: "ops", port: 2222, jump: [] });
    expect(web2?.ssh).toMatchObject({ user: "ops", port: 22, jump: ["bastion"] });
  });

  test("paths are the inventory's, or home's, or absolute", () => {
    const cluster = clusterOf(`
ssh:
  key: keys/ops
  agent: ~/.agent.sock
  known_hosts: [known, ~/.ssh/known_hosts, /etc/known]
  passphrase: command:./bin/pass ~/x
hosts: { web1: { roles: [node] } }
redis:
  a: { host: web1, purpose: cache, password: "file:secrets/a", tls: { ca: ca.pem } }
  b: { host: web1, port: 2, purpose: cache, password: "file:~/b", tls: true }
  c: { host: web1, port: 3, purpose: cache, password: "command:pass show c" }
`);
    expect(cluster.hosts[0]?.ssh).toEqual({
      key: "/srv/inventories/keys/ops",
      agent: "/home/alex/.agent.sock",
      knownHosts: ["/srv/inventories/known", "/home/alex/.ssh/known_hosts", "/etc/known"],
      passphrase: { from: "command", argv: ["/srv/inventories/bin/pass", "~/x"] },
      useSshConfig: true,
    });
    expect(cluster.redis.map(({ password, tls }) => [password, tls])).toEqual([
      [{ from: "file", path: "/srv/inventories/secrets/a" }, { ca: "/srv/inventories/ca.pem" }],
      [{ from: "file", path: "/home/alex/b" }, {}],
      [{ from: "command", argv: ["pass", "show", "c"] }, false],
    ]);
  });

  test("each way to ask a load balancer", () => {
    const { haproxy } = clusterOf(`
hosts: { a: &lb { roles: [load-balancer] }, b: *lb, c: *lb, d: *lb }
haproxy:
  load_balancers:
    a: {}
    b: { socket: /run/other.sock }
    c: { tcp: "[::1]:9999" }
    d: { stats_url: "http://127.0.0.1:8404/stats" }
`);
    expect(haproxy?.loadBalancers.map(({ via }) => via)).toEqual([
      { kind: "socket", path: "/run/haproxy/admin.sock" },
      { kind: "socket", path: "/run/other.sock" },
      { kind: "tcp", host: "::1", port: 9999 },
      { kind: "stats", url: "http://127.0.0.1:8404/stats" },
    ]);
  });
});

describe("parts that do not fit each other", () => {
  const table: Readonly<Record<string, readonly [body: string, ...says: readonly string[]]>> = {
    "a member that is no host": [
      `${HOSTS}galera:\n  flavour: mariadb\n  user: x\n  members: { web1: {}, wbe2: {} }\n`,
      '9:24 no host is called "wbe2" → did you mean "web2"?',
    ],
    "a volume's host, a pool's, an origin, a sub-server": [
      `${HOSTS}gluster:\n  hosts: [nope]\n  volumes: { data: { mount: /data, hosts: [web1, web4] } }\nweb: { hosts: [wbe1] }\nshadow: { master: web1, subs: [x] }\n`,
      '7:11 no host is called "nope" → the hosts are: web1, web2, lb1',
      '8:50 no host is called "web4" → did you mean "web1"?',
      '9:16 no host is called "wbe1" → did you mean "web1"?',
      '10:32 no host is called "x" → the hosts are: web1, web2, lb1',
    ],
    "a Redis host, a load balancer, a server's host, the master": [
      `hosts: { web1: { roles: [node] } }\nredis: { c: { host: lb1, purpose: cache } }\nhaproxy:\n  load_balancers: { lb1: {} }\n  servers: { www1: web2 }\nshadow: { master: web9 }\n`,
      '2:21 no host is called "lb1" → the hosts are: web1',
      '4:21 no host is called "lb1" → the hosts are: web1',
      '5:20 no host is called "web2" → did you mean "web1"?',
      '6:19 no host is called "web9" → did you mean "web1"?',
    ],
    "a host twice in a list": [`${HOSTS}web: { hosts: [web1, web1] }\n`, '6:22 "web1" stands twice in this list'],
    "two hosts that are one": [
      "hosts:\n  a: { roles: [node], address: 10.0.0.1 }\n  b: { roles: [node], address: 10.0.0.1 }\n",
      '3:32 "b" and "a" are the same address and port',
    ],
    "one address with two ports, or behind two bastions, is two hosts": [
      "hosts:\n  a: { roles: [node], address: 127.0.0.1, ssh: { port: 1 } }\n  b: { roles: [node], address: 127.0.0.1, ssh: { port: 2 } }\n  c: { roles: [node], address: 127.0.0.1, ssh: { port: 2, jump: [j] } }\n",
    ],
    "two Redis instances on one port": [
      "hosts: { a: { roles: [node] } }\nredis:\n  x: { host: a, purpose: cache }\n  y: { host: a, port: 6379, purpose: sessions }\n",
      '4:23 "y" and "x" are both on a:6379',
    ],
    "a load balancer without HAProxy": [
      "hosts: { a: { roles: [load-balancer] } }\n",
      '1:22 "a" is a load balancer, but there is no haproxy section → add: haproxy: {}',
    ],
    "HAProxy without a load balancer": [
      "hosts: { a: { roles: [node] } }\nhaproxy: {}\n",
      '2:1 no host has the role "load-balancer" → add the role to the hosts that run HAProxy',
    ],
    "a load balancer that is not listed, and one that is none": [
      "hosts: { a: { roles: [load-balancer] }, b: { roles: [node] } }\nhaproxy: { load_balancers: { b: {} } }\n",
      '1:22 "a" is a load balancer, but not in haproxy.load_balancers → add it there: a: {}',
      '2:30 "b" has not the role "load-balancer" → add it to the host\'s roles',
    ],
    "two ways to ask one load balancer": [
      'hosts: { a: { roles: [load-balancer] } }\nhaproxy: { load_balancers: { a: { socket: /a, tcp: "a:1" } } }\n',
      '2:47 one way to ask "a" is enough, found socket, tcp',
    ],
    "sections that need nodes where there are none": [
      "hosts: { a: { roles: [load-balancer] } }\nhaproxy: {}\ngalera: { flavour: mariadb, user: x }\ngluster: { volumes: { v: { mount: /v } } }\nweb: {}\n",
      '3:1 no host has the role "node", so galera has none → list them under "members"',
      '4:1 no host has the role "node", so gluster has none → list them under "hosts"',
      '5:1 no host has the role "node", so web has none → list them under "hosts"',
    ],
    "a master among its sub-servers, and a folder copied onto itself": [
      `${HOSTS}shadow: { master: web1, subs: [web1], source: /a, target: /a }\n`,
      '6:32 "web1" is the master, so it is no sub-server',
      "6:59 source and target are the same folder",
    ],
    "a warning above the critical level": [
      "hosts: { a: { roles: [node] } }\nthresholds: { disk_warning: 97% }\n",
      "2:29 the warning comes after the critical level (disk_critical)",
    ],
    "what would become an option of a program": [
      "ssh: { user: -oProxyCommand=x }\nhosts: { a: { roles: [node], address: -x } }\nweb: { fpm: [--now] }\n",
      '1:14 user: expected one word, not beginning with a dash, found "-oProxyCommand=x"',
      '2:39 address: expected a host name or an IP address, found "-x"',
      '3:14 fpm[0]: expected the name of a systemd unit, found "--now"',
    ],
    "a port that is none": [
      'hosts: { a: { roles: [load-balancer] } }\nhaproxy: { load_balancers: { a: { tcp: "lb1:70000" } } }\n',
      '2:40 tcp: expected host:port with a port from 1 to 65535, found "lb1:70000"',
    ],
  };

  test.each(Object.entries(table))("%s", (_, [body, ...expected]) => {
    expect(says(body)).toEqual(expected);
  });
});

describe("from disk", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "midwatch-load-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const path = (): string => join(folder, "inventory.yaml");
  const load = async (text: string | Buffer): Promise<string> => {
    writeFileSync(path(), text);
    return outcome(path());
  };
  const outcome = async (file: string): Promise<string> => {
    const result = await loadInventory(file, "/nowhere");
    if (!result.ok) expect(result.problems.every((one) => one.exitCode === EXIT.config)).toBe(true);
    return result.ok
      ? result.value.map((cluster) => cluster.name).join(", ")
      : formatProblems(result.problems).replaceAll(`${folder}/`, "");
  };

  test("several clusters in one file", async () => {
    const entry = "{ hosts: { a: { roles: [node] } } }";
    expect(await load(`clusters: { shop: ${entry}, staging: ${entry} }`)).toBe("shop, staging");
  });

  test("a secret's file that others can read is refused, where it is named", async () => {
    writeFileSync(join(folder, "open"), "x");
    writeFileSync(join(folder, "it's open"), "x");
    writeFileSync(join(folder, "closed"), "x");
    mkdirSync(join(folder, "folder"));
    chmodSync(join(folder, "open"), 0o644);
    chmodSync(join(folder, "it's open"), 0o660);
    chmodSync(join(folder, "closed"), 0o400);
    const text = `clusters:
  shop:
    ssh: { passphrase: "file:closed" }
    hosts: { a: { roles: [node], ssh: { passphrase: "file:it's open" } } }
    galera: { flavour: mariadb, user: x, password: file:open }
    redis:
      c: { host: a, purpose: cache, password: file:folder }
      d: { host: a, port: 1, purpose: cache, password: file:not-there-yet }
`;
    expect(await load(text)).toBe(`inventory.yaml:4:53: it's open is open to others (mode 660)
    4 |     hosts: { a: { roles: [node], ssh: { passphrase: … } } }
      |                                                     ^
  fix: chmod 600 'it'\\''s open'

inventory.yaml:5:52: open is open to others (mode 644)
    5 |     galera: { flavour: mariadb, user: x, password: … }
      |                                                    ^
  fix: chmod 600 open

inventory.yaml:7:47: folder is not a file
    7 |       c: { host: a, purpose: cache, password: … }
      |                                               ^`);
  });

  test("what cannot be read", async () => {
    expect(await outcome(join(folder, "gone.yaml"))).toBe("gone.yaml does not exist");
    expect(await outcome(folder)).toMatch(/is not a file$/);
    expect(await load(Buffer.from([0x61, 0xff, 0xfe]))).toBe("inventory.yaml is not UTF-8 text");
    expect(await load("x".repeat(1_100_000))).toBe("inventory.yaml is too large for an inventory");
  });

  test("a pipe, for an inventory that is kept encrypted", async () => {
    execFileSync("mkfifo", [path()]);
    const writing = execa("tee", [path()], {
      stdout: "ignore",
      input: "clusters: { shop: { hosts: { a: { roles: [node] } } } }",
    });
    expect(await outcome(path())).toBe("shop");
    await writing;
  });
});
