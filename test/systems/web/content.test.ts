import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Cluster } from "../../../src/inventory/cluster.ts";
import { web } from "../../../src/systems/web/index.ts";
import { parseCode } from "../../../src/systems/web/parse-code.ts";
import { parseUploads } from "../../../src/systems/web/parse-uploads.ts";
import {
  anyText,
  HARMFUL,
  hostReply,
  httpReply,
  lookAt,
  noReply,
  recorded,
  shop,
  textsIn,
  type Answers,
} from "../kit.ts";

const sum = (digit: string) => digit.repeat(32);
const files = (change: Readonly<Record<string, string>> = {}) =>
  hostReply(
    Object.entries({ "index.php": "a", "shop.php": "b", "lib/cart.php": "c", ...change })
      .filter(([, digit]) => digit !== "")
      .map(([path, digit]) => `${sum(digit)}  /var/www/${path}\n`)
      .join(""),
  );
const LINKED = hostReply("l\text4\t/data/uploads\t/var/www/uploads\n");
const healthy: Answers = Object.assign(
  {},
  ...["web1", "web2", "web3"].map((host) => ({
    [`web.units@${host}`]: hostReply(recorded("web", "units.running.txt")),
    [`web.config@${host}`]: hostReply(recorded("web", "config.lab.txt")),
    [`web.modules@${host}`]: hostReply(recorded("web", "modules.lab.txt")),
    [`web.health@${host}`]: httpReply(200, "healthy\n", { "x-powered-by": "PHP/8.2.32" }),
    [`web.code@${host}`]: files(),
    [`web.uploads@${host}`]: LINKED,
  })),
);

const said = (answers: Answers, cluster: Cluster = shop) => {
  const { facts, findings } = lookAt(web, { ...healthy, ...answers }, { cluster });
  expect(web.factsSchema.safeParse(facts).error).toBeUndefined();
  return findings.map(({ severity, id, text }) => `${severity} ${id}: ${text}`);
};

test("alike", () => {
  expect(said({})).toEqual([]);
});

describe("code", () => {
  test("an origin differs from the sync's master", () => {
    expect(said({ "web.code@web3": files({ "shop.php": "d", "lib/cart.php": "", "new.php": "e" }) })).toEqual([
      "warning web.code_differs: web3's code differs from web1's in 3 files: shop.php, new.php, lib/cart.php",
    ]);
  });

  test("the master not known: what most have is right", () => {
    const answers = { "web.code@web1": noReply("timeout"), "web.code@web3": files({ "shop.php": "d" }) };
    expect(said(answers)).toEqual(["warning web.code_differs: web3's code differs from web2's in 1 file: shop.php"]);
    const { shadow: _, ...alone } = shop;
    expect(said({ "web.code@web1": files({ "shop.php": "d" }) }, alone)).toEqual([
      "warning web.code_differs: web1's code differs from web2's in 1 file: shop.php",
    ]);
  });

  test("what could not all be read is not compared", () => {
    const denied = hostReply(`${sum("a")}  /var/www/index.php\n`, "find: '/var/www/private': Permission denied\n", 1);
    expect(said({ "web.code@web2": denied })).toEqual([]);
  });
});

describe("uploads", () => {
  test.each([
    ["d\text4\t\t/var/www/uploads\n", 1],
    ["d\tfuse.glusterfs\t\t/var/www/uploads\n", 0],
    ["l\text4\t../../data/up\t/var/www/uploads\n", 0],
    // Where such a link leads is not known: nothing is claimed.
    ["l\text4\t/srv/elsewhere\t/var/www/uploads\n", 0],
    ["", 0],
  ])("%j", (text, findings) => {
    expect(said({ "web.uploads@web2": hostReply(text) })).toHaveLength(findings);
  });

  test("in words", () => {
    expect(said({ "web.uploads@web2": hostReply("d\text4\t\t/var/www/wp-content/uploads\n") })).toEqual([
      "warning web.uploads_local: web2: /var/www/wp-content/uploads is a plain folder on ext4, not on a shared volume: other origins lack what is uploaded there",
    ]);
  });

  test("without a shared volume in the inventory nothing is asked", () => {
    const { gluster: _, ...plain } = shop;
    expect(lookAt(web, {}, { cluster: plain }).probes.some(({ key }) => key.startsWith("web.uploads"))).toBe(false);
  });
});

test("the PHP that answers is not the one that is enabled", () => {
  const old = httpReply(200, "healthy\n", { "x-powered-by": "PHP/8.1.2" });
  expect(said({ "web.health@web2": old })).toEqual([
    "warning web.php_mismatch: web2 runs PHP 8.1 while 8.2 is enabled: the next restart changes it",
  ]);
});

test("sessions that do not go where the inventory says", () => {
  const ini = "/etc/php/8.2/apache2/php.ini";
  const cluster: Cluster = {
    ...shop,
    redis: [{ name: "sessions", host: "lb1", port: 6_380, purpose: "sessions", via: "tunnel", tls: false }],
  };
  const settings = (handler: string, path: string) => ({
    "web.sessions@web2": hostReply(`${ini}:session.save_handler = ${handler}\n${ini}:session.save_path = "${path}\n`),
  });
  expect(said(settings("files", "/var/lib/php/sessions"), cluster)).toEqual([
    "warning web.sessions_target: web2: PHP keeps its sessions in files there: visitors who land elsewhere are logged out",
  ]);
  expect(said(settings("redis", "tcp://lb1:6379?"), cluster)).toEqual([
    "warning web.sessions_target: web2: PHP keeps its sessions at tcp://lb1:6379, which is no sessions Redis of the inventory",
  ]);
  expect(said(settings("redis", "tcp://lb1:6380?"), cluster)).toEqual([]);
});

test("any bytes", () => {
  fc.assert(
    fc.property(anyText, anyText, fc.nat(2), (stdout, stderr, exitCode) => {
      for (const parse of [parseCode, parseUploads])
        expect(textsIn(parse(hostReply(stdout, stderr, exitCode))).some((text) => HARMFUL.test(text))).toBe(false);
    }),
  );
});
