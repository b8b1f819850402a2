import { globSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import type { Command } from "../../src/connect/command.ts";
import { doesVary, exampleOf, varying } from "../../src/connect/vary.ts";
import { grantsText } from "../../src/commands/grants.ts";
import { needsOf } from "../../src/commands/grants-needs.ts";
import { sudoersRule } from "../../src/commands/grants-sudoers.ts";
import type { Cluster, HaproxyConfig, HaproxyVia } from "../../src/inventory/cluster.ts";
import { loadInventory } from "../../src/inventory/load.ts";
import { lockCommands } from "../../src/record/lock-commands.ts";
import { systems } from "../../src/systems/registry.ts";

let shop: Cluster;
let shopHaproxy: HaproxyConfig;
/** The same cluster with other flavours: some commands are only of one of them. */
let clusters: readonly Cluster[];

beforeAll(async () => {
  const loaded = await loadInventory("inventory.example.yaml");
  const [first] = loaded.ok ? loaded.value : [];
  if (first?.galera === undefined || first.web === undefined) throw new Error("the example has no shop");
  if (first.haproxy === undefined) throw new Error("the example has no load balancer");
  shop = first;
  shopHaproxy = first.haproxy;
  clusters = [
    first,
    { ...first, galera: { ...first.galera, flavour: "percona" }, web: { ...first.web, service: "httpd" } },
    { ...first, web: { ...first.web, service: "nginx" } },
    // Where sessions have no prefix, midwatch's own keys are told from them.
    { ...first, redis: first.redis.map(({ prefix: _prefix, ...instance }) => instance) },
  ];
});

const isCommand = (value: unknown): value is Command<unknown, never> =>
  typeof value === "object" && value !== null && "effect" in value && "asks" in value && "parse" in value;

/** Every command that a file of a room exports, whether its catalogue lists it or not. */
const everyCommand = async (): Promise<readonly Command<unknown, never>[]> => {
  const files = globSync("src/systems/*/*.ts");
  const modules: readonly object[] = await Promise.all(files.map((path) => import(/* @vite-ignore */ `../../${path}`)));
  return [...modules.flatMap((each) => Object.values(each).filter(isCommand)), ...lockCommands];
};

/** Reads that every account with a login may do need no rule. */
const FREE: ReadonlySet<string> = new Set(["login", "http"]);

describe("what is granted", () => {
  it("covers every command there is, and nothing that is not in the catalogue", async () => {
    const catalogue = new Set([...systems.flatMap(({ commands }) => commands), ...lockCommands].map(({ id }) => id));
    const commands = await everyCommand();
    const every = new Set(commands.map(({ id }) => id));
    // Left: a command that a room's `commands` must list.
    expect([...every].filter((id) => !catalogue.has(id))).toEqual([]);
    const granted = new Set(
      clusters.flatMap((cluster) => needsOf(cluster, "operator")).map(({ ask }) => ask.commandId),
    );
    // Left: a command that a room's `probes` or `allows` must name, or no account may send it.
    const needed = commands.filter(({ effect, privilege: { need } }) => effect === "change" || !FREE.has(need));
    expect(needed.map(({ id }) => id).filter((id) => !granted.has(id))).toEqual([]);
    expect([...granted].filter((id) => !catalogue.has(id))).toEqual([]);
  });

  it("holds no change for a viewer", () => {
    for (const cluster of clusters)
      expect(needsOf(cluster, "viewer").filter(({ ask }) => ask.effect !== "read")).toEqual([]);
    const text = grantsText(shop, "viewer", "viewer");
    expect(text).toContain("level user");
    expect(text).not.toMatch(/level (?:admin|operator)|systemd-run|(?<!R)~midwatch|\+set\b/);
  });

  it("gives a viewer a HAProxy socket of its own, and leaves the operators' as it is", () => {
    const text = grantsText(shop, "viewer", "looker");
    expect(text).toContain("\nstats socket /run/haproxy/midwatch.sock user looker mode 600 level user\n");
    expect(text).not.toMatch(/^stats socket \S*admin\.sock/m);
    expect(text).toContain("{ socket: /run/haproxy/midwatch.sock }");
    const through = (via: HaproxyVia): string =>
      grantsText({ ...shop, haproxy: { ...shopHaproxy, loadBalancers: [{ host: "lb1", via }] } }, "viewer", "looker");
    // A port that operators come through is not opened to the viewer's key.
    const tcp = through({ kind: "tcp", host: "127.0.0.1", port: 9999 });
    expect(tcp).toContain("\nstats socket /run/haproxy/midwatch.sock user looker mode 600 level user\n");
    expect(tcp).not.toMatch(/permitopen="127\.0\.0\.1:9999"|^stats socket 127/m);
    // sshd parts host and port at the last colon only where the host is in brackets.
    const v6 = {
      ...shopHaproxy,
      loadBalancers: [{ host: "lb1", via: { kind: "tcp", host: "::1", port: 9999 } as const }],
    };
    expect(grantsText({ ...shop, haproxy: v6 }, "operator", "ops")).toContain('permitopen="[::1]:9999"');
    // Where it is in use already there is nothing to say about another.
    const there = through({ kind: "socket", path: "/run/haproxy/midwatch.sock" });
    expect(there).toContain("\nstats socket /run/haproxy/midwatch.sock user looker mode 600 level user\n");
    expect(there).not.toContain("Leave the line");
    expect(through({ kind: "stats", url: "http://127.0.0.1:8404/stats" })).not.toContain("stats socket");
  });

  it("says for an operator what the lock and the load balancers need", () => {
    const text = grantsText(shop, "operator", "ops");
    expect(text).toContain("level admin");
    expect(text).toMatch(/ACL SETUSER midwatch reset on >… resetkeys .*~midwatch:\* .*\+eval/);
    expect(text).toMatch(/^restrict,port-forwarding,permitopen="127\.0\.0\.1:3306"/m);
    expect(text).not.toMatch(/[\u{e000}-\u{e002}]/u);
  });
});

/** As sudo reads it: escapes undone, matched against the arguments joined by spaces (sudoers(5)). */
const allows = (rule: string, [program, ...args]: readonly string[]): boolean => {
  const [path, ...rest] = rule.split(" ");
  const pattern = rest.join(" ").replaceAll(/\\([,:=#])/g, "$1");
  return path === program && new RegExp(pattern).test(args.join(" "));
};

describe("a sudoers rule", () => {
  it("is word for word where nothing varies, and allows no arguments where there are none", () => {
    expect(sudoersRule(["/usr/bin/systemctl", "stop", "a=b,c"])).toBe(String.raw`/usr/bin/systemctl stop a\=b\,c`);
    expect(sudoersRule(["/usr/sbin/reboot"])).toBe('/usr/sbin/reboot ""');
  });

  it("is anchored, and literal but for what varies", () => {
    const argv = ["/usr/bin/x", `--unit=midwatch-${varying("[a-z]+", "a")}.service`, "(b|c)", varying("[0-9]+", "7")];
    const rule = sudoersRule(argv);
    expect(rule).toBe(String.raw`/usr/bin/x ^--unit\=midwatch-([a-z]+)[.]service [(]b[|]c[)] ([0-9]+)$`);
    expect(allows(rule, argv.map(exampleOf))).toBe(true);
    expect(allows(rule, [...argv.map(exampleOf), "more"])).toBe(false);
    expect(allows(rule, ["/usr/bin/x", "--unit=midwatch-axservice", "(b|c)", "7"])).toBe(false);
  });

  it("fits every example of the catalogue, and none with something before or after it", () => {
    const varied = clusters
      .flatMap((cluster) => needsOf(cluster, "operator"))
      .flatMap(({ ask }) =>
        ask.send.kind === "host" && ask.privilege.need === "root" && ask.send.argv.some(doesVary)
          ? [ask.send.argv]
          : [],
      );
    expect(varied.length).toBeGreaterThan(0);
    for (const argv of varied) {
      const rule = sudoersRule(argv);
      const [program = "", ...args] = argv.map(exampleOf);
      expect({ rule, fits: allows(rule, [program, ...args]) }).toEqual({ rule, fits: true });
      // No option of the program can be slipped in.
      for (const stowaway of ["-x", "--property=ExecStartPre=/bin/sh", "/bin/sh", ";"])
        for (const more of [
          [stowaway, ...args],
          [...args, stowaway],
        ])
          expect({ rule, more, fits: allows(rule, [program, ...more]) }).toEqual({ rule, more, fits: false });
      expect({ rule, plain: /^[\u0020-\u007e]*$/.test(rule) }).toEqual({ rule, plain: true });
      expect(rule.length).toBeLessThan(1_024);
    }
  });
});
