import { describe, expect, test } from "vitest";
import type { Cluster, WebConfig } from "../../../src/inventory/cluster.ts";
import { keyOf } from "../../../src/safety/damping.ts";
import { web } from "../../../src/systems/web/index.ts";
import {
  DOWN,
  hostReply,
  httpReply,
  lines,
  lookAt,
  noReply,
  recorded,
  shop,
  summaryText,
  type Answers,
} from "../kit.ts";

const NODES = ["web1", "web2", "web3"];
const PAGE = httpReply(200, "healthy web1 php 8.2.32\n", { "content-type": "text/plain" });

const origin = (host: string, name = "lab", exitCode = 0): Answers => ({
  [`web.units@${host}`]: hostReply(recorded("web", "units.running.txt")),
  [`web.config@${host}`]: hostReply(
    recorded("web", `config.${name}.txt`),
    name === "lab" ? "" : recorded("web", `config.${name}.stderr`),
    exitCode,
  ),
  [`web.modules@${host}`]: hostReply(recorded("web", `modules.${name}.txt`)),
  [`web.health@${host}`]: PAGE,
});

const healthy: Answers = Object.assign({}, ...NODES.map((host) => origin(host)));

const withWeb = (change: Partial<WebConfig>): Cluster =>
  shop.web === undefined ? shop : { ...shop, web: { ...shop.web, ...change } };

const said = (answers: Answers) =>
  lookAt(web, { ...healthy, ...answers }).findings.map(({ id, severity, text }) => `${severity} ${id}: ${text}`);

test("healthy", () => {
  const { pane, findings, facts } = lookAt(web, healthy);
  expect(findings).toEqual([]);
  expect(pane.severity).toBe("ok");
  expect(summaryText(pane)).toBe("php 8.2 on 3/3 · health 3/3, slowest 12 ms");
  expect(lines(pane.tables[0], ["host", "unit", "page", "php", "config", "mpm", "took"])).toEqual([
    "host | unit | health | php | config | mpm | took",
    "web1 | running | 200 | 8.2 module | ok | prefork | 12 ms",
    "web2 | running | 200 | 8.2 module | ok | prefork | 12 ms",
    "web3 | running | 200 | 8.2 module | ok | prefork | 12 ms",
  ]);
  expect(web.factsSchema.safeParse(facts).error).toBeUndefined();
});

describe("PHP lost", () => {
  test("the module's link leads nowhere", () => {
    expect(said({ ...origin("web2", "link-dangling"), "web.health@web2": httpReply(200, '<?php echo "x"; ') })).toEqual(
      [
        "critical web.source_served: web2 serves PHP as source text: code and passwords can be read by visitors",
        "critical web.php_lost: web2: PHP 8.2 is enabled and its link leads nowhere",
      ],
    );
  });

  test("the module's file is gone: Apache still runs, and would not start again", () => {
    expect(said(origin("web2", "module-gone", 1))).toEqual([
      expect.stringMatching(
        /^warning web\.config: web2: the configuration test fails, a restart would stop it: apache2: Syntax error/,
      ),
      "warning web.php_lost: web2: PHP 8.2 is enabled and its module is gone, a restart would stop the web server",
    ]);
  });

  test("switched off", () => {
    const files = recorded("web", "modules.event-fpm.txt").replace(/.*fpm.*\n/, "");
    const off = { ...origin("web2", "event-fpm"), "web.modules@web2": hostReply(files) };
    expect(said({ ...off, "web.health@web2": httpReply(404, "") })[0]).toBe(
      "critical web.php_off: web2: PHP 8.2 is installed and not enabled, by module or by FPM",
    );
    // PHP may come another way than the usual folders show: while the page is good nothing is lost.
    expect(said(off)).toEqual([]);
  });

  test("an upgrade left another version: the way out is named", () => {
    const files = recorded("web", "modules.link-dangling.txt").replace("libphp8.2.so", "libphp8.4.so");
    const { findings } = lookAt(web, {
      ...healthy,
      ...origin("web2", "link-dangling"),
      "web.modules@web2": hostReply(files),
    });
    expect(findings.find(({ id }) => id === "web.php_lost")?.next).toBe(
      "P on web2, or midwatch run php-module --host web2; by hand: sudo a2dismod php8.2 && sudo a2enmod php8.4 && sudo systemctl restart apache2",
    );
  });

  test("its MPM cannot run it", () => {
    expect(said(origin("web2", "event-php", 1)).at(-1)).toBe(
      "warning web.mpm_conflict: web2: PHP's module is enabled beside mpm_event: it needs prefork alone",
    );
  });
});

test("PHP in FPM", () => {
  const units = `${recorded("web", "units.running.txt")}\nStatusText=\nResult=exit-code\nId=php8.2-fpm.service\nLoadState=loaded\nActiveState=failed\nSubState=failed\nUnitFileState=enabled\nStateChangeTimestamp=\n`;
  const { pane, findings } = lookAt(
    web,
    { ...origin("web1", "event-fpm"), "web.units@web1": hostReply(units) },
    { cluster: withWeb({ hosts: ["web1"], fpm: ["php8.2-fpm"] }) },
  );
  expect(findings.map(({ text }) => text)).toEqual(["web1: php8.2-fpm.service is failed: PHP does not run"]);
  expect(lines(pane.tables[0], ["host", "php", "mpm"])[1]).toBe("web1 | 8.2 fpm | event");
});

test("two versions of FPM that are down are two findings, and neither hides the other", () => {
  const failed = (unit: string) =>
    `\nId=${unit}.service\nLoadState=loaded\nActiveState=failed\nSubState=failed\nResult=exit-code\nStatusText=\nUnitFileState=enabled\nStateChangeTimestamp=\n`;
  const units = `${recorded("web", "units.running.txt")}${failed("php8.1-fpm")}${failed("php8.2-fpm")}`;
  const { findings } = lookAt(
    web,
    { ...origin("web1", "event-fpm"), "web.units@web1": hostReply(units) },
    { cluster: withWeb({ hosts: ["web1"], fpm: ["php8.1-fpm", "php8.2-fpm"] }) },
  );
  const down = findings.filter(({ id }) => id === "web.fpm_down");
  expect(down.map((finding) => keyOf(finding))).toEqual([
    "web.fpm_down php8.1-fpm.service on web1",
    "web.fpm_down php8.2-fpm.service on web1",
  ]);
});

describe("PHP-FPM's processes", () => {
  const fpm = (says: string, unit = "php8.2-fpm", more: Answers = {}) => {
    const state = `\nStatusText=${says}\nResult=success\nId=${unit}.service\nLoadState=loaded\nActiveState=active\nSubState=running\nUnitFileState=enabled\nStateChangeTimestamp=\n`;
    return lookAt(
      web,
      {
        ...origin("web1", "event-fpm"),
        "web.units@web1": hostReply(`${recorded("web", "units.running.txt")}${state}`),
        "web.fpm_pools@web1": hostReply(
          recorded("web", "fpm-pools.txt"),
          "grep: /etc/php-fpm.d: No such file or directory\n",
          2,
        ),
        ...more,
      },
      { cluster: withWeb({ hosts: ["web1"], fpm: [unit] }) },
    );
  };
  const line = ({ pane }: ReturnType<typeof fpm>) => lines(pane.tables[1], ["fpm"])[1];

  test("some idle", () => {
    const look = fpm("Processes active: 3, idle: 1, Requests: 211, slow: 0, Traffic: 4.10req/sec");
    expect(look.findings).toEqual([]);
    expect(line(look)).toBe("php8.2-fpm.service active 3/13");
  });

  test("all at work, of all pools of that version", () => {
    const look = fpm("Processes active: 13, idle: 0, Requests: 211, slow: 0, Traffic: 9.00req/sec");
    expect(look.findings).toMatchObject([
      { id: "web.fpm_exhausted", text: "web1: all 13 PHP processes of php8.2-fpm.service are busy: visitors wait" },
    ]);
  });

  test("all at work and more to come, or no limit known, is no finding", () => {
    expect(fpm("Processes active: 5, idle: 0, Requests: 9, slow: 0, Traffic: 1.00req/sec").findings).toEqual([]);
    const unlimited = fpm("Processes active: 50, idle: 0, Requests: 9, slow: 0, Traffic: 1.00req/sec", "php7.4-fpm");
    expect(unlimited.findings).toEqual([]);
    expect(line(unlimited)).toBe("php7.4-fpm.service active 50/?");
  });

  test("one pool of several is full: the kernel's queue tells what the sum does not", () => {
    const queued = {
      "web.fpm_pools@web1": hostReply(recorded("web", "fpm-pools.listen.txt"), "", 2),
      "web.fpm_queues@web1": hostReply(recorded("web", "fpm-queues.txt")),
    };
    const says = "Processes active: 2, idle: 2, Requests: 2, slow: 0, Traffic: 0.20req/sec";
    const look = fpm(says, "php8.2-fpm", queued);
    expect(look.findings).toMatchObject([
      {
        id: "web.fpm_exhausted",
        text: "web1: shop of php8.2-fpm.service has no process free: 4 visitors wait",
      },
    ]);
    expect(line(look)).toBe("php8.2-fpm.service active 2/7, 4 wait");
    const silent = fpm(says, "php8.2-fpm", { ...queued, "web.fpm_queues@web1": hostReply("") });
    expect(silent.facts.origins[0]?.fpm[0]?.queues).toMatchObject({ state: "unknown", reason: "missing" });
  });

  test("just started, it does not say", () => {
    const look = fpm("Ready to handle connections");
    expect(look.facts.origins[0]?.fpm[0]?.load).toMatchObject({ state: "unknown", reason: "missing" });
    expect(look.findings).toEqual([]);
  });
});

test("a stopped web server is one finding, its page another witness of the same", () => {
  const stopped = recorded("web", "units.running.txt").replace("=active", "=inactive").replace("=running", "=dead");
  const { pane, findings } = lookAt(web, {
    ...healthy,
    "web.units@web3": hostReply(stopped),
    "web.health@web3": noReply("refused"),
  });
  expect(findings.map(({ severity, text }) => `${severity}: ${text}`)).toEqual([
    "warning: web3: apache2 is inactive (dead)",
  ]);
  expect(summaryText(pane)).toBe("web3 apache2 inactive · php 8.2 on 3/3 · health 2/3, slowest 12 ms");
  expect(lines(pane.tables[0], ["host", "unit", "page", "took"])[3]).toBe("web3 | inactive | refuses connections | ?");
});

describe("health page", () => {
  test.each([
    [httpReply(503, "missing: redis"), "web2: the health page fails: 503"],
    [
      httpReply(301, "", { location: "https://shop.example/" }),
      "web2: the health page fails: 301 to https://shop.example/",
    ],
    [httpReply(200, "It works!"), 'web2: the health page fails: 200 without "healthy"'],
    [noReply("timeout"), "web2: the health page fails: no answer in time"],
    [{ ...PAGE, tookMs: 2_400 }, "web2: the health page took 2.4 s (slow from 2.0 s)"],
  ])("%#: %s", (answer, text) => {
    expect(lookAt(web, { ...healthy, "web.health@web2": answer }).findings.map((finding) => finding.text)).toEqual([
      text,
    ]);
  });

  test.each([
    [
      httpReply(301, "", { location: "https://shop.example/health.php" }),
      "301 to https://shop.example/health.php: web.health_url redirects, the page itself was not seen",
    ],
    [{ ...httpReply(200, "<html>"), cut: true }, "the expected text was not in the page's first 256K"],
  ])("%#: what does not show the page is not judged", (answer, detail) => {
    const all = Object.fromEntries(NODES.map((host) => [`web.health@${host}`, answer]));
    const { facts, findings, reasons } = lookAt(web, { ...healthy, ...all });
    expect(findings).toEqual([]);
    expect(facts.origins[1]?.page).toMatchObject({ state: "unknown", detail });
    expect(reasons("web2").map(({ stance }) => stance)).toContain("unknown");
  });

  test.each([
    [httpReply(302, "", { location: "/wp-admin/install.php" }), "302 to /wp-admin/install.php"],
    [httpReply(301, "", { location: "http://shop.example/health.php" }), "301 to http://shop.example/health.php"],
    [{ ...httpReply(500, "<html>"), cut: true }, "500"],
    [{ ...httpReply(200, "<?php echo 1;"), cut: true }, "PHP as source"],
  ])("%#: what fails however the page goes on is told", (answer, words) => {
    const { facts } = lookAt(web, { ...healthy, "web.health@web2": answer });
    expect(facts.origins[1]?.page).toMatchObject({ state: "known", value: { ok: false, words } });
  });

  test("all failing: the sites are down", () => {
    const none = Object.fromEntries(NODES.map((host) => [`web.health@${host}`, httpReply(500, "")]));
    const { findings, pane } = lookAt(web, { ...healthy, ...none });
    expect(findings.at(-1)).toMatchObject({ id: "web.all_failing", severity: "critical" });
    expect(pane.severity).toBe("critical");
  });
});

test("a host that cannot be asked is not known, neither down nor well", () => {
  const silent = Object.fromEntries(
    ["units", "config", "modules", "health"].map((name) => [`web.${name}@web2`, noReply("unreachable")]),
  );
  const { findings, pane } = lookAt(web, { ...healthy, ...silent }, { links: { web2: DOWN } });
  expect(findings).toMatchObject([{ id: "web.unknown", severity: "unknown", host: "web2" }]);
  expect(pane.severity).toBe("unknown");
  expect(summaryText(pane)).toBe("web2 not seen · php 8.2 on 2/3 · health 2/3, slowest 12 ms");
  expect(lines(pane.tables[0], ["host", "unit", "page", "php", "took"])[2]).toBe("web2 | ? | ? | ? | ?");
});

test("busy workers, where server-status is configured", () => {
  const cluster = withWeb({ hosts: ["web1"], statusUrl: "http://127.0.0.1/server-status?auto" });
  const status = recorded("web", "server-status.txt");
  const full = "BusyWorkers: 150\nIdleWorkers: 0\nScoreboard: ".concat("W".repeat(150), "\n");
  const calm = lookAt(web, { ...origin("web1"), "web.workers@web1": httpReply(200, status) }, { cluster });
  expect(lines(calm.pane.tables[0], ["host", "workers"])[1]).toMatch(/^web1 \| \d+\/150$/);
  const busy = lookAt(web, { ...origin("web1"), "web.workers@web1": httpReply(200, full) }, { cluster });
  expect(busy.findings.map(({ text }) => text)).toEqual(["web1: all 150 workers are busy: visitors wait"]);
});

test("nginx as origin is asked for what nginx has", () => {
  const cluster = withWeb({ hosts: ["web1"], service: "nginx", fpm: ["php8.2-fpm"] });
  const { probes, facts } = lookAt(
    web,
    {
      "web.config@web1": hostReply("", recorded("web", "config.nginx-viewer.stderr"), 1),
      "web.units@web1": hostReply("Id=nginx.service\nLoadState=loaded\nActiveState=active\nSubState=running\n"),
    },
    { cluster },
  );
  expect(probes.map(({ key }) => key)).toEqual([
    "web.units@web1",
    "web.config@web1",
    "web.fpm_pools@web1",
    "web.fpm_queues@web1",
    "web.uploads@web1",
    "web.health@web1",
  ]);
  expect(facts.origins[0]).toMatchObject({
    config: { value: { passes: true } },
    php: { value: { how: "fpm", version: "8.2" } },
  });
});

test.each([
  [
    "apache2: Syntax error on line 146 of /etc/apache2/apache2.conf: Syntax error on line 3 of /etc/apache2/mods-enabled/x.load: Cannot load",
    "on web2: mend line 3 of /etc/apache2/mods-enabled/x.load before any reload or restart",
  ],
  [
    'nginx: [emerg] unknown directive "x" in /etc/nginx/conf.d/x.conf:12',
    "on web2: mend line 12 of /etc/nginx/conf.d/x.conf before any reload or restart",
  ],
  ["something else", "on web2: mend what it names before any reload or restart"],
])("a configuration that fails is mended where the message says: %s", (message, next) => {
  const { findings } = lookAt(web, { ...healthy, "web.config@web2": hostReply("", `${message}\n`, 1) });
  expect(findings.find(({ id }) => id === "web.config")?.next).toBe(next);
});
