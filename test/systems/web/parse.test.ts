import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseConfig } from "../../../src/systems/web/parse-config.ts";
import { parseFiles } from "../../../src/systems/web/parse-files.ts";
import { parseFpmPools } from "../../../src/systems/web/parse-fpm-pools.ts";
import { parseListenQueues } from "../../../src/systems/web/parse-fpm-queues.ts";
import { parseHealth } from "../../../src/systems/web/parse-health.ts";
import { parseServerStatus } from "../../../src/systems/web/parse-server-status.ts";
import { anyText, HARMFUL, hostReply, httpReply, recorded, textsIn } from "../kit.ts";

/** As an ordinary user on Debian 12 with Apache 2.4.68 and nginx 1.22. */
const config = (name: string, exitCode: number, stderr = true) =>
  parseConfig(
    hostReply(recorded("web", `config.${name}.txt`), stderr ? recorded("web", `config.${name}.stderr`) : "", exitCode),
  );

describe("FPM's pools", () => {
  test("as Debian lays them out, one folder for each version", () => {
    const reply = hostReply(recorded("web", "fpm-pools.txt"), "grep: /etc/php-fpm.d: No such file or directory\n", 2);
    expect(parseFpmPools(reply)).toEqual({
      ok: true,
      value: [
        { unit: "php8.1-fpm.service", pool: "www", maxChildren: 5 },
        { unit: "php8.2-fpm.service", pool: "shop", maxChildren: 8 },
        { unit: "php8.2-fpm.service", pool: "www", maxChildren: 5 },
      ],
    });
  });

  test("with where they listen, and who waits there", () => {
    const pools = parseFpmPools(hostReply(recorded("web", "fpm-pools.listen.txt"), "", 2));
    expect(pools).toEqual({
      ok: true,
      value: [
        { unit: "php8.2-fpm.service", pool: "www", maxChildren: 5, listen: "/run/php/php8.2-fpm.sock" },
        { unit: "php8.2-fpm.service", pool: "shop", maxChildren: 2, listen: "127.0.0.1:9001" },
      ],
    });
    const queues = parseListenQueues(hostReply(recorded("web", "fpm-queues.txt")));
    expect(queues).toMatchObject({ ok: true });
    expect(queues.ok && queues.value.filter(({ address }) => /php|900/.test(address))).toEqual([
      { address: "/run/php/php8.2-fpm.sock", waiting: 0 },
      { address: "127.0.0.1:9001", waiting: 4 },
    ]);
    expect(parseListenQueues(hostReply("", "ss: not found", 127))).toMatchObject({ ok: false });
  });

  test("a pool's own name in its socket's, and quotes, are read as FPM reads them", () => {
    const at = "/etc/php-fpm.d/a.conf";
    const text = `${at}:[shop]\n${at}:listen = "/run/php-fpm/$pool.sock" ; its own\n${at}:pm.max_children = 3\n`;
    expect(parseFpmPools(hostReply(text))).toMatchObject({
      value: [{ unit: "php-fpm.service", pool: "shop", listen: "/run/php-fpm/shop.sock" }],
    });
  });

  test("that may not be read are not none", () => {
    const reply = hostReply("", "grep: /etc/php/8.2/fpm/pool.d/www.conf: Permission denied\n", 2);
    expect(parseFpmPools(reply)).toMatchObject({ ok: false, reason: "privilege" });
    expect(parseFpmPools(hostReply("", "", 1))).toEqual({ ok: true, value: [] });
  });

  test("anything is read without harm", () => {
    const harmful = (text: string) =>
      [parseFpmPools, parseListenQueues]
        .flatMap((parse) => textsIn(parse(hostReply(text))))
        .filter((each) => HARMFUL.test(each));
    const text = fc.oneof(
      anyText,
      anyText.map(
        (name) => `/etc/php/8.2/fpm/pool.d/a.conf:[${name}]\n/etc/php/8.2/fpm/pool.d/a.conf:pm.max_children=3`,
      ),
    );
    fc.assert(
      fc.property(text, (each) => {
        expect(harmful(each)).toEqual([]);
      }),
    );
  });
});

describe("configuration test", () => {
  test.each([
    ["lab", 0, false, { passes: true, mpm: "prefork", phpModule: true }],
    ["prefork-php", 0, true, { passes: true, mpm: "prefork", phpModule: true }],
    ["event-fpm", 0, true, { passes: true, mpm: "event", phpModule: false }],
    // Apache passes over the link without a word: only the list of modules shows that PHP is gone.
    ["link-dangling", 0, true, { passes: true, mpm: "prefork", phpModule: false }],
    ["nginx-viewer", 1, true, { passes: true }],
  ])("%s passes", (name, exitCode, stderr, value) => {
    expect(config(name, exitCode, stderr)).toEqual({ ok: true, value });
  });

  test.each([
    [
      "syntax-error",
      "AH00526: Syntax error on line 1 of /etc/apache2/conf-enabled/x.conf: Invalid command 'Bogus', perhaps misspelled or defined by a module not included in the server configuration",
    ],
    [
      "module-gone",
      "apache2: Syntax error on line 146 of /etc/apache2/apache2.conf: Syntax error on line 3 of /etc/apache2/mods-enabled/php8.2.load: Cannot load /usr/lib/apache2/modules/libphp8.2.so into server: /usr/lib/apache2/modules/libphp8.2.so: cannot open shared object file: No such file or directory",
    ],
    [
      "event-php",
      "Apache is running a threaded MPM, but your PHP Module is not compiled to be threadsafe.  You need to recompile PHP. AH00013: Pre-configuration failed",
    ],
    ["nginx-error", '2026/11/21 01:35:09 [emerg] 14510#14510: unknown directive "bogus" in /etc/nginx/conf.d/x.conf:1'],
  ])("%s fails, and says why", (name, message) => {
    const answer = config(name, 1);
    if (!answer.ok || answer.value.passes) throw new Error("passed");
    expect(answer.value.message.replaceAll(/\d{4}\/.*#\d+: /g, "")).toBe(message.replaceAll(/\d{4}\/.*#\d+: /g, ""));
  });

  test("what this account may not read is not a failed test", () => {
    expect(config("denied", 1)).toMatchObject({ ok: false, reason: "privilege" });
  });
});

describe("module files", () => {
  const files = (name: string) => {
    const answer = parseFiles(hostReply(recorded("web", `modules.${name}.txt`)));
    if (!answer.ok) throw new Error(answer.problem);
    return answer.value;
  };
  const whole = { installed: ["8.2"], enabled: ["8.2"], fpm: [], mpms: ["prefork"], dangling: [] };

  test.each([
    ["lab", whole],
    ["prefork-php", whole],
    ["module-gone", { ...whole, installed: [] }],
    [
      "link-dangling",
      { ...whole, enabled: [], dangling: [{ name: "php8.2.load", target: "../mods-available/php8.2.load" }] },
    ],
    ["event-php", { ...whole, mpms: ["event"] }],
    ["event-fpm", { ...whole, enabled: [], fpm: ["8.2"], mpms: ["event"] }],
  ])("%s", (name, value) => {
    expect(files(name)).toEqual(value);
  });

  test("Red Hat's names", () => {
    const text = "/usr/lib64/httpd/modules/libphp.so\tf\t\n/etc/httpd/conf.modules.d/20-php.conf\tf\t\n";
    expect(parseFiles(hostReply(text))).toMatchObject({ value: { installed: [""], enabled: [""] } });
  });

  test("nothing found is not nothing enabled", () => {
    const answer = parseFiles(hostReply("", "find: '/etc/apache2/mods-enabled': Permission denied\n", 1));
    expect(answer).toMatchObject({ ok: false, problem: "find: '/etc/apache2/mods-enabled': Permission denied" });
  });
});

describe("health page", () => {
  test("as the lab answers", () => {
    const reply = httpReply(200, "healthy web1 php 8.2.32\n", { "content-type": "text/plain;charset=UTF-8" });
    expect(parseHealth(reply, { expect: "healthy" })).toEqual({
      ok: true,
      value: {
        status: 200,
        tookMs: 12,
        expected: true,
        source: false,
        location: undefined,
        phpVersion: undefined,
      },
    });
  });

  // Debian's Apache without PHP sends a .php file with no media type at all.
  test.each([
    ['<?php echo "healthy"; \n', {}, true],
    ["anything", { "content-type": "application/x-httpd-php" }, true],
    ["<?= $x ?>", {}, true],
    ['<?xml version="1.0"?><html/>', {}, false],
    ["about &lt;?php", {}, false],
  ])("%j is source: %j %j", (body, headers, source) => {
    expect(parseHealth(httpReply(200, body, headers), {})).toMatchObject({ value: { source } });
  });
});

test("server-status", () => {
  const body = recorded("web", "server-status.txt");
  expect(parseServerStatus(httpReply(200, body))).toMatchObject({ ok: true, value: { limit: 150 } });
  expect(parseServerStatus(httpReply(404, "Not Found"))).toMatchObject({ ok: false, reason: "missing" });
  expect(parseServerStatus(httpReply(200, "<html>"))).toMatchObject({ ok: false, reason: "unreadable" });
});

test("whatever a web server or its tools send: a value or an error in harmless words", () => {
  fc.assert(
    fc.property(anyText, fc.integer({ min: 0, max: 255 }), (text, exitCode) => {
      const replies = [hostReply(text, text, exitCode), hostReply(`${text}\tN\t${text}\n`, "", 1)];
      const answers = [
        ...replies.flatMap((reply) => [parseConfig(reply), parseFiles(reply)]),
        parseHealth(httpReply(302, text, { location: text, "x-powered-by": text }), { expect: "x" }),
        parseServerStatus(httpReply(200, `BusyWorkers: 1\nScoreboard: ${text}\n${text}`)),
      ];
      for (const each of textsIn(answers)) expect(each).not.toMatch(HARMFUL);
    }),
  );
});
