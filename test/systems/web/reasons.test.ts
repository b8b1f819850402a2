import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Cluster } from "../../../src/inventory/cluster.ts";
import { web } from "../../../src/systems/web/index.ts";
import { parseSessions, SESSION_PATTERN } from "../../../src/systems/web/parse-sessions.ts";
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

const NODES = ["web1", "web2", "web3"];
const PAGE = httpReply(200, "healthy\n");
const INI = "/etc/php/8.2/apache2/conf.d/90-sessions.ini";
const settings = (handler: string, path: string) =>
  hostReply(
    `/etc/php/8.2/cli/php.ini:session.save_handler = files\n${INI}:session.save_handler = ${handler}\n` +
      `${INI}:session.save_path = "${path}\n/etc/php/8.2/apache2/php.ini:session.save_handler = files\n`,
  );
const IN_REDIS = settings("redis", "tcp://lb1:6380?");

const cluster: Cluster = {
  ...shop,
  redis: [
    { name: "sessions", host: "lb1", port: 6_380, purpose: "sessions", via: "tunnel", tls: false },
    { name: "cache", host: "lb1", port: 6_379, purpose: "cache", via: "tunnel", tls: false },
  ],
};

const origin = (host: string): Answers => ({
  [`web.units@${host}`]: hostReply(recorded("web", "units.running.txt")),
  [`web.config@${host}`]: hostReply(recorded("web", "config.lab.txt")),
  [`web.modules@${host}`]: hostReply(recorded("web", "modules.lab.txt")),
  [`web.sessions@${host}`]: IN_REDIS,
  [`web.health@${host}`]: PAGE,
});
const healthy: Answers = Object.assign({}, ...NODES.map((host) => origin(host)));

const word = (answers: Answers, host = "web1") =>
  lookAt(web, { ...healthy, ...answers }, { cluster })
    .reasons(host)
    .map(({ stance, text }) => `${stance}: ${text}`);

test("others serve, and sessions live elsewhere", () => {
  expect(word({})).toEqual([
    "safe: 2 other origins' pages are good: web2, web3",
    "safe: its visitors' sessions live in redis at tcp://lb1:6380, not on it",
  ]);
  expect(word({}, "lb1")).toEqual([]);
});

test("the last one that serves must stay", () => {
  const failing = { "web.health@web2": httpReply(500, ""), "web.health@web3": noReply("refused") };
  expect(word(failing)[0]).toBe("no: no other origin serves: the sites would be down");
  expect(word({ "web.health@web2": httpReply(500, "") })[0]).toBe("safe: 1 other origin's page is good: web3");
});

describe("sessions", () => {
  test.each([
    [settings("files", "/var/lib/php/sessions"), "no: its visitors' sessions live on it (files): they would be lost"],
    [
      settings("redis", "tcp://127.0.0.1:6379"),
      "no: its visitors' sessions live on it (tcp://127.0.0.1:6379): they would be lost",
    ],
    [
      settings("redis", "unix:///run/redis.sock"),
      "no: its visitors' sessions live on it (unix:///run/redis.sock): they would be lost",
    ],
    [
      settings("redis", "tcp://198.51.100.7:6380"),
      "unknown: its visitors' sessions are kept by redis tcp://198.51.100.7:6380, which the inventory does not know",
    ],
    [
      hostReply("", "", 1),
      "unknown: where its visitors' sessions live is not known: its session.save_handler was not found",
    ],
    [
      hostReply("", `grep: ${INI}: Permission denied`, 2),
      `unknown: where its visitors' sessions live is not known: grep: ${INI}: Permission denied`,
    ],
  ])("%#", (answer, text) => {
    expect(word({ "web.sessions@web1": answer })[1]).toBe(text);
  });

  test("without a sessions Redis in the inventory nothing is asked", () => {
    const { probes, reasons } = lookAt(web, {});
    expect(probes.some(({ key }) => key.startsWith("web.sessions"))).toBe(false);
    expect(reasons("web1")).toHaveLength(1);
  });

  test("a password is never printed by the question itself", () => {
    const asJs = new RegExp(
      SESSION_PATTERN.replaceAll("[[:space:]]", String.raw`\s`).replaceAll("[:space:]", String.raw`\s`),
    );
    const printed = (line: string) => asJs.exec(line)?.[0];
    expect(printed('session.save_path = "tcp://10.0.0.1:6380?auth=secret&timeout=2"')).toBe(
      'session.save_path = "tcp://10.0.0.1:6380?',
    );
    expect(printed('session.save_path = "tcp://user:secret@10.0.0.1:6380"')).toBe('session.save_path = "tcp');
    expect(printed('php_admin_value[session.save_path] = "tcp://a:1?auth[]=secret"')).toBe(
      'php_admin_value[session.save_path] = "tcp://a:1?',
    );
    expect(printed("    php_value session.save_handler redis")).toBe("    php_value session.save_handler redis");
    expect(printed(";session.save_path = x")).toBeUndefined();
  });

  test("settings in each file's own words", () => {
    const lines =
      "/a:php_admin_value[session.save_handler] = redis\n/b:  php_value session.save_handler redis\n/c:session.save_path = tcp://x:1\n";
    expect(parseSessions(hostReply(lines))).toMatchObject({
      value: [
        { file: "/a", name: "handler", value: "redis" },
        { file: "/b", name: "handler", value: "redis" },
        { file: "/c", name: "path", value: "tcp://x:1" },
      ],
    });
  });

  test("any bytes", () => {
    fc.assert(
      fc.property(anyText, anyText, fc.nat(3), (out, err, exitCode) => {
        expect(textsIn(parseSessions(hostReply(out, err, exitCode))).some((each) => HARMFUL.test(each))).toBe(false);
      }),
    );
  });
});

test("any input that is not known is never safe", () => {
  const needed = ["web.health@web2", "web.health@web3", "web.sessions@web1", "web.modules@web1"];
  fc.assert(
    fc.property(
      fc.subarray(needed, { minLength: 1 }),
      fc.constantFrom("failed", "privilege", "pending", "stale"),
      (keys, why) => {
        const dark = Object.fromEntries(keys.map((key) => [key, noReply(why)]));
        const stances = lookAt(web, { ...healthy, ...dark }, { cluster })
          .reasons("web1")
          .map(({ stance }) => stance);
        expect(stances.some((stance) => stance !== "safe")).toBe(true);
      },
    ),
  );
});
