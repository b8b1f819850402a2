import { describe, expect, test } from "vitest";
import type { Cluster } from "../../../src/inventory/cluster.ts";
import { keyOf } from "../../../src/safety/damping.ts";
import { haproxy } from "../../../src/systems/haproxy/index.ts";
import {
  AT_MS,
  DOWN,
  haproxyReply,
  hostReply,
  lines,
  lookAt,
  noReply,
  recorded,
  shop,
  summaryText,
  type Answers,
} from "../kit.ts";

const reply = (file: string) => haproxyReply(recorded("haproxy", file));

const scene = (name: string, balancer = "lb1"): Answers => ({
  [`haproxy.stat@${balancer}`]: reply(`${name}.show-stat.txt`),
  [`haproxy.servers_state@${balancer}`]: reply(`${name}.show-servers-state.txt`),
});

const NARROW = ["server", "state", "use", "check", "since", "sessions"];

const twoBalancers: Cluster = {
  ...shop,
  haproxy: {
    ...(shop.haproxy ?? { servers: {}, webProxies: [], databaseProxies: [] }),
    loadBalancers: [
      { host: "lb1", via: { kind: "socket", path: "/run/haproxy/admin.sock" } },
      { host: "lb2", via: { kind: "tcp", host: "127.0.0.1", port: 9999 } },
    ],
  },
};

test("healthy", () => {
  const { pane, findings, facts } = lookAt(haproxy, {
    ...scene("healthy"),
    "haproxy.info@lb1": reply("healthy.show-info.txt"),
    "haproxy.state_file@lb1": hostReply("  server-state-file /x\n  load-server-state-from-file global\n"),
  });
  expect(findings).toEqual([]);
  expect(pane.severity).toBe("ok");
  expect(summaryText(pane)).toBe("web 3/3 · mysql 1+2 · writer web1");
  expect(lines(pane.tables[0], NARROW)).toMatchInlineSnapshot(`
    [
      "server | state | use | check | since | sess",
      "web/web1 | UP |  | ok 200 | 2m5s | 0",
      "web/web2 | UP |  | ok 200 | 2m5s | 0",
      "web/web3 | UP |  | ok 200 | 2m5s | 0",
      "mysql/web1 | UP | writer | ok 200 | 2m5s | 0",
      "mysql/web2 | UP | backup | ok 200 | 2m5s | 0",
      "mysql/web3 | UP | backup | ok 200 | 2m5s | 0",
    ]
  `);
  expect(lines(pane.tables[1])).toMatchInlineSnapshot(`
    [
      "host | state | version | reload | up | idle | limit | conns | conn/s",
      "lb1 | answers | 2.6.12-1+deb12u3 | can keep states | 2m4s | 99% | 2,000 | 27 | 40",
    ]
  `);
  expect(lines(pane.tables[2], ["proxy", "side", "status", "limit", "sessions", "rate", "errors"]))
    .toMatchInlineSnapshot(`
    [
      "proxy | side | status | limit | err/s | sess | sess/s",
      "web | backend | UP | 200 | … | 0 | 19",
      "mysql | frontend | OPEN | 2,000 | … | 0 | 18",
      "mysql | backend | UP | 200 | … | 0 | 18",
      "shop | frontend | OPEN | 2,000 | … | 40 | 17",
      "stats | frontend | OPEN | 2,000 | … | 0 | 0",
    ]
  `);
  expect(haproxy.factsSchema.safeParse(facts).error).toBeUndefined();
});

test("drained and in maintenance by hand", () => {
  const { pane, findings } = lookAt(haproxy, scene("web1-drain.web2-maint"));
  expect(summaryText(pane)).toMatchInlineSnapshot(
    `"web 1/3 · mysql 1+2 · web/web1 DRAIN 1s · web/web2 MAINT 1s · writer web1"`,
  );
  expect(findings.map(({ id, severity, subject, host, text }) => ({ id, severity, subject, host, text })))
    .toMatchInlineSnapshot(`
    [
      {
        "host": "web1",
        "id": "haproxy.drained",
        "severity": "warning",
        "subject": "web/web1",
        "text": "web/web1 is drained by hand, for 1s",
      },
      {
        "host": "web2",
        "id": "haproxy.maintenance",
        "severity": "warning",
        "subject": "web/web2",
        "text": "web/web2 is in maintenance by hand, for 1s",
      },
    ]
  `);
  expect(lines(pane.tables[0], NARROW)).toMatchInlineSnapshot(`
    [
      "server | state | use | check | since | sess",
      "web/web1 | DRAIN |  | by hand | 1s | 0",
      "web/web2 | MAINT |  | by hand | 1s | 0",
      "web/web3 | UP |  | ok 200 | 2m9s | 0",
      "mysql/web1 | UP | writer | ok 200 | 2m9s | 0",
      "mysql/web2 | UP | backup | ok 200 | 2m9s | 0",
      "mysql/web3 | UP | backup | ok 200 | 2m9s | 0",
    ]
  `);
});

test("what a procedure at work on the host has taken out is no surprise; what else is out stays one", () => {
  const { findings, facts, context } = lookAt(haproxy, scene("web1-drain.web2-maint"), {
    atWork: (host) => (host === "web1" ? "drain of web1" : undefined),
  });
  expect(findings.map(({ severity, text, next }) => `${severity}: ${text}; ${next}`)).toEqual([
    "info: web/web1 is drained by the drain of web1, which is at work on it, for 1s; leave it to the drain of web1",
    "warning: web/web2 is in maintenance by hand, for 1s; when it is well: R on web2, or midwatch run return --host web2",
  ]);
  const states = haproxy.states?.(facts, context) ?? [];
  expect(states.filter(({ why }) => why !== undefined).map(({ subject, why }) => `${subject}: ${why}`)).toEqual([
    "web/web1: by the drain of web1",
    "web/web2: by hand",
  ]);
});

test("a server of weight 0 gets nothing and says why", () => {
  const { pane, findings } = lookAt(haproxy, scene("web3-weight-0"));
  expect(summaryText(pane)).toBe("web 2/3 · mysql 1+2 · web/web3 weight 0 · writer web1");
  expect(findings.map(({ text }) => text)).toEqual(["web/web3 gets nothing new: its weight is 0"]);
  expect(lines(pane.tables[0], ["server", "state"])).toContain("web/web3 | UP weight 0");
});

test("every state, with the reason in words", () => {
  const { findings, facts } = lookAt(haproxy, scene("every-state"));
  expect(findings.map(({ severity, text }) => `${severity}: ${text}`)).toMatchInlineSnapshot(`
    [
      "warning: web/web2 is drained by hand, for 2s",
      "warning: web/web3 is down: answers 503, for 6s",
      "warning: web/web4 is down: connection refused, for 6s",
      "info: web/web5 is in maintenance by its configuration, for 6s",
      "info: web/web7 gets nothing new: its weight is 0 by its configuration",
      "warning: mysql/web2 is in maintenance by hand, for 2s",
      "warning: mysql/web3 is down: network is unreachable, for 5s",
    ]
  `);
  expect(haproxy.factsSchema.safeParse(facts).error).toBeUndefined();
});

describe("rates", () => {
  test("need two samples and say so", () => {
    const { facts } = lookAt(haproxy, scene("healthy"));
    const view = facts.proxies.find(({ proxy }) => proxy === "web")?.servers[0]?.views[0]?.view;
    expect(view).toMatchObject({ value: { errorsPerSecond: { state: "unknown", reason: "pending" } } });
  });

  test("are differences", () => {
    const before = reply("healthy.show-stat.txt");
    const text = before.text.replace(/^(web,web1,(?:[^,]*,){11})0,/m, "$18,");
    const after = { ...before, text, receivedAtMs: AT_MS + 4_000 };
    const { facts } = lookAt(haproxy, { "haproxy.stat@lb1": [before, after] }, { afterMs: 4_000 });
    const view = facts.proxies.find(({ proxy }) => proxy === "web")?.servers[0]?.views[0]?.view;
    expect(view).toMatchObject({ value: { errorsPerSecond: { state: "known", value: 2 } } });
  });
});

describe("several load balancers", () => {
  test("one drained on one of them is a disagreement", () => {
    const old = (text: string) => text.replaceAll(/,1,(\d+),,1,3,/g, ",9,$1,,1,3,");
    const drained = reply("web1-drain.web2-maint.show-stat.txt");
    const { findings, pane } = lookAt(
      haproxy,
      {
        ...scene("healthy", "lb1"),
        ...scene("web1-drain.web2-maint", "lb2"),
        "haproxy.stat@lb2": { ...drained, text: old(drained.text) },
      },
      { cluster: twoBalancers },
    );
    expect(findings.filter(({ id }) => id === "haproxy.disagree").map(({ text }) => text)).toEqual([
      "load balancers see web/web1 differently: lb1 UP, lb2 DRAIN",
      "load balancers see web/web2 differently: lb1 UP, lb2 MAINT",
    ]);
    expect(findings.find(({ id }) => id === "haproxy.drained")?.text).toContain("web/web1 is drained on lb2 by hand");
    expect(lines(pane.tables[0], ["server", "state"])[1]).toBe("web/web1 | lb1 UP, lb2 DRAIN");
  });

  test("one that does not answer is unknown, and hides nothing of the other", () => {
    const { findings, pane } = lookAt(
      haproxy,
      { ...scene("healthy"), "haproxy.stat@lb2": noReply("timeout") },
      { cluster: twoBalancers },
    );
    expect(findings.map(({ id, severity, host }) => `${id} ${severity} ${host}`)).toEqual([
      "haproxy.unknown unknown lb2",
    ]);
    expect(pane.severity).toBe("unknown");
    expect(summaryText(pane)).toBe("lb2 not seen · web 3/3 · mysql 1+2 · writer ?");
    expect(lines(pane.tables[0], ["server", "state"])[1]).toBe("web/web1 | UP");
  });
});

test("the only load balancer gone: its servers stay as rows, their state unknown", () => {
  const { pane, facts } = lookAt(
    haproxy,
    { "haproxy.stat@lb1": [reply("healthy.show-stat.txt")] },
    { afterMs: 60_000 },
  );
  expect(lines(pane.tables[0], ["server", "state", "sessions"])[1]).toBe("web/web1 | ? | ?");
  expect(summaryText(pane)).toBe("lb1 not seen · web ? · mysql ? · writer ?");
  expect(facts.writers[0]?.to).toMatchObject({ state: "unknown", reason: "stale" });
});

test("several active database servers are several writers", () => {
  const text = recorded("haproxy", "healthy.show-stat.txt").replaceAll(/^(mysql,web2,.*?UP),1,0,1,/gm, "$1,1,1,0,");
  const { findings, pane } = lookAt(haproxy, { "haproxy.stat@lb1": haproxyReply(text) });
  expect(findings.map(({ text: words }) => words)).toEqual([
    "mysql sends database writes to 2 members: lb1 → web1, web2",
  ]);
  expect(summaryText(pane)).toBe("web 3/3 · mysql 2+1 · several writers: web1, web2");
});

test("the active database server down: the first backup is the writer", () => {
  const text = recorded("haproxy", "healthy.show-stat.txt").replaceAll(/^(mysql,web1,.*?),UP,/gm, "$1,DOWN,");
  const { facts } = lookAt(haproxy, { "haproxy.stat@lb1": haproxyReply(text) });
  expect(facts.writers[0]?.to).toMatchObject({ value: { hosts: ["web2"], role: "backup" } });
});

test("a backend without a server is critical", () => {
  const text = recorded("haproxy", "healthy.show-stat.txt").replaceAll(/^(web,web\d,.*?),UP,/gm, "$1,DOWN,");
  const { findings, pane } = lookAt(haproxy, { "haproxy.stat@lb1": haproxyReply(text) });
  expect(findings[0]).toMatchObject({
    id: "haproxy.no_server",
    severity: "critical",
    text: "web has no usable server on lb1 (3 servers): the sites are down through it",
  });
  expect(pane.severity).toBe("critical");
});

test("the inventory's map from servers to hosts, the proxy's own first", () => {
  const cluster: Cluster = {
    ...twoBalancers,
    haproxy: {
      loadBalancers: [{ host: "lb1", via: { kind: "stats", url: "http://127.0.0.1:8404/stats" } }],
      servers: { web1: "web2", "mysql/web1": "web3" },
      webProxies: ["web"],
      databaseProxies: ["mysql"],
    },
  };
  const { facts, probes } = lookAt(haproxy, { "haproxy.stat@lb1": reply("healthy.stats-page.csv") }, { cluster });
  expect(facts.proxies.map(({ servers }) => servers[0]?.host).slice(0, 2)).toEqual(["web2", "web3"]);
  // The statistics page has no server states: they are not asked for, and said to be unknown.
  expect(probes.map(({ key }) => key)).toEqual(["haproxy.stat@lb1", "haproxy.unit@lb1", "haproxy.state_file@lb1"]);
  expect(facts.proxies[0]?.servers[0]?.views[0]?.view).toMatchObject({ value: { admin: { reason: "missing" } } });
});

test("a share of errors among the answers", () => {
  const before = reply("healthy.show-stat.txt");
  // The frontend's hrsp_2xx was 544 and its hrsp_5xx 0.
  const text = before.text.replace(/^(shop,FRONTEND,.*?),0,544,0,0,0,0,/m, "$1,0,624,0,0,8,0,");
  expect(text).not.toBe(before.text);
  const answers = { "haproxy.stat@lb1": [before, { ...before, text, receivedAtMs: AT_MS + 4_000 }] };
  const { findings } = lookAt(haproxy, answers);
  expect(findings.map(({ text: words }) => words)).toEqual(["9% of shop's answers on lb1 are 5xx errors (2 a second)"]);
  const cluster = { ...shop, thresholds: { ...shop.thresholds, serverErrorsWarning: 0.1 } };
  expect(lookAt(haproxy, answers, { cluster }).findings).toEqual([]);
});

test("sessions near a limit, and requests that wait", () => {
  const text = recorded("haproxy", "healthy.show-stat.txt").replace(/^web,web1,0,0,0,/m, "web,web1,3,3,52,");
  const { findings } = lookAt(haproxy, { "haproxy.stat@lb1": haproxyReply(text) });
  expect(findings.map(({ text: words }) => words)).toEqual([
    "web/web1 on lb1 nears its session limit: 52 of 64 (81%)",
    "3 requests wait for web/web1 on lb1",
  ]);
});

test("the same trouble on two load balancers is two findings, and neither hides the other", () => {
  const text = recorded("haproxy", "healthy.show-stat.txt").replace(/^web,web1,0,0,0,/m, "web,web1,3,3,52,");
  const both = { "haproxy.stat@lb1": haproxyReply(text), "haproxy.stat@lb2": haproxyReply(text) };
  const { findings } = lookAt(haproxy, both, { cluster: twoBalancers });
  const load = findings.filter(({ id }) => id === "haproxy.session_limit" || id === "haproxy.queue");
  expect(load).toHaveLength(4);
  expect(new Set(load.map((finding) => keyOf(finding))).size).toBe(4);
});

describe("HAProxy down", () => {
  const unit = (active: string, result: string, loaded = "loaded") =>
    hostReply(
      `Id=haproxy.service\nLoadState=${loaded}\nActiveState=${active}\nSubState=dead\nResult=${result}\nUnitFileState=enabled\nStatusText=\n`,
    );
  const said = (answers: Answers, cluster = shop) =>
    lookAt(haproxy, answers, { cluster }).findings.map(({ severity, id, text }) => `${severity} ${id}: ${text}`);

  test("the only one: nobody reaches the sites", () => {
    expect(said({ "haproxy.stat@lb1": noReply("refused"), "haproxy.unit@lb1": unit("failed", "exit-code") })).toEqual([
      "critical haproxy.down: HAProxy on lb1 is failed (exit-code): no visitor reaches the sites",
    ]);
  });

  test("one of two", () => {
    const answers = {
      ...scene("healthy", "lb2"),
      "haproxy.stat@lb1": noReply("missing"),
      "haproxy.unit@lb1": unit("inactive", "success"),
    };
    expect(said(answers, twoBalancers)).toContain(
      "warning haproxy.down: HAProxy on lb1 is inactive: lb2 must carry its visitors",
    );
  });

  test("silent, and its unit runs or has another name: not known", () => {
    for (const state of [unit("active", "success"), unit("inactive", "success", "not-found"), noReply("timeout")])
      expect(said({ "haproxy.stat@lb1": noReply("timeout"), "haproxy.unit@lb1": state })).toEqual([
        "unknown haproxy.unknown: HAProxy on lb1 is not seen: timeout",
      ]);
  });
});

test("a host that is silent to us and passes the load balancer's checks still serves", () => {
  const { findings } = lookAt(haproxy, scene("healthy"), { links: { web2: DOWN } });
  expect(findings.map(({ id, text }) => `${id}: ${text}`)).toEqual([
    "haproxy.still_serves: lb1 still sees web/web2 UP: it serves, though it cannot be asked from here",
    "haproxy.still_serves: lb1 still sees mysql/web2 UP: it serves, though it cannot be asked from here",
  ]);
});

test("the database's writer moved, and moved back", () => {
  const before = reply("healthy.show-stat.txt");
  const without = { ...before, text: before.text.replaceAll(/^(mysql,web1,.*?),UP,/gm, "$1,DOWN,") };
  const at = (answer: typeof before, ms: number) => ({ ...answer, receivedAtMs: AT_MS + ms });
  const moved = (...answers: readonly (typeof before)[]) =>
    lookAt(haproxy, { "haproxy.stat@lb1": answers }, { afterMs: 60_000 })
      .findings.filter(({ id }) => id === "haproxy.writer_moved")
      .map(({ severity, text }) => `${severity}: ${text}`);
  expect(moved(at(before, 0), at(without, 55_000), at(without, 58_000))).toEqual([
    "warning: mysql's writes moved from web1 to web2 5s ago on lb1",
  ]);
  expect(moved(at(before, 0), at(without, 20_000), at(before, 58_000))).toEqual([
    "info: mysql's writes moved from web2 to web1 2s ago on lb1",
  ]);
  expect(moved(at(before, 0), at(before, 58_000))).toEqual([]);
});
