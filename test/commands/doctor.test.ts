import { describe, expect, test } from "vitest";
import { z } from "zod";
import { doctorExitCode, type Check } from "../../src/commands/doctor-check.ts";
import { examine, type Examination } from "../../src/commands/doctor-examine.ts";
import { checkLines, verdictLine } from "../../src/commands/doctor-text.ts";
import type { Link, Outcome, ReadAccess } from "../../src/connect/access.ts";
import { notParsed, parsed, type HostCommand } from "../../src/connect/command.ts";
import { parseInventory } from "../../src/inventory/load.ts";
import { electedProbe, probe } from "../../src/systems/probe.ts";
import { themeFor } from "../../src/ui/theme.ts";

const base = { folder: "/", home: "/" };
const inventory = (extra = ""): Examination["cluster"] => {
  const text = `clusters: { shop: { hosts: { web1: { roles: [node] }, web2: { roles: [node] } }, redis: { cache: { host: web1, purpose: cache } }${extra} } }`;
  const result = parseInventory("it.yaml", text, base);
  const cluster = result.ok ? result.value.clusters[0] : undefined;
  if (cluster === undefined) throw new Error("not a good inventory");
  return cluster;
};

const question = (id: string): HostCommand<string, void, "read"> => ({
  id,
  kind: "host",
  effect: "read",
  asks: "",
  privilege: { need: "login" },
  deadlineMs: 1_000,
  lane: "batch",
  argv: () => ["true"],
  parse: (reply) =>
    reply.stdout === "odd" ? notParsed("unreadable", `${id}: cannot read this`) : parsed(reply.stdout),
});

const rooms: Examination["systems"] = [
  {
    id: "host",
    present: () => true,
    probes: ({ hosts }) =>
      hosts.flatMap(({ name }) => [
        probe(question("host.load"), name, undefined, 2_000),
        probe(question("host.disks"), name, undefined, 2_000),
      ]),
  },
  {
    id: "gluster",
    present: () => true,
    probes: () => [
      electedProbe(question("gluster.peers"), "pool", ["web1", "web2"], undefined, 15_000),
      electedProbe(question("gluster.heal"), "volume", ["web1", "web2"], undefined, 15_000, "pool"),
    ],
  },
  { id: "redis", present: () => true, probes: () => [probe(question("redis.info"), "cache", undefined, 2_000)] },
  { id: "galera", present: () => false, probes: () => [probe(question("galera.view"), "web1", undefined, 2_000)] },
];

const good = (stdout = ""): Outcome => ({
  ok: true,
  reply: { kind: "host", stdout, stderr: "", exitCode: 0, sentAtMs: 0, receivedAtMs: 1 },
});
const bad = (reason: "privilege" | "missing" | "timeout" | "unreachable", detail: string, fix?: string): Outcome => ({
  ok: false,
  reason,
  detail,
  ...(fix !== undefined && { fix }),
  sentAtMs: 0,
  atMs: 1,
});

/** Answers as told, a turn of the event loop later; counts how many questions of a name are open at once. */
const scripted = (links: Readonly<Record<string, Link>>, answers: Readonly<Record<string, Outcome>> = {}) => {
  const asked: string[] = [];
  const open = { gluster: 0, mostGluster: 0 };
  const listeners = new Set<(host: string, link: Link) => void>();
  const now = new Map(Object.entries(links));
  const access: ReadAccess = {
    ask: async (target, asks, deliver) => {
      const gluster = asks.filter(({ commandId }) => commandId.startsWith("gluster")).length;
      open.gluster += gluster;
      open.mostGluster = Math.max(open.mostGluster, open.gluster);
      await new Promise(setImmediate);
      for (const ask of asks) {
        asked.push(`${ask.commandId}@${target}`);
        deliver(ask, answers[`${ask.commandId}@${target}`] ?? good());
      }
      open.gluster -= gluster;
    },
    link: (host) => now.get(host) ?? { state: "connecting", sinceMs: 0 },
    onLink: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    retry: () => undefined,
    close: async () => undefined,
  };
  const change = (host: string, link: Link): void => {
    now.set(host, link);
    for (const listener of listeners) listener(host, link);
  };
  return { access, asked, open, change, listeners };
};

const UP: Link = { state: "up", sinceMs: 0, roundTripMs: 3 };
const DOWN: Link = {
  state: "down",
  sinceMs: 0,
  reason: "host-key",
  detail: "web2: its host key is not known",
  fix: "check it",
  nextTryAtMs: 30_000,
};

const doctor = async (
  cluster: Examination["cluster"],
  access: ReadAccess,
  connectMs = 5_000,
): Promise<readonly Check[]> => (await Promise.all(examine({ cluster, access, systems: rooms, connectMs }))).flat();
const brief = (checks: readonly Check[]): readonly string[] =>
  checks.map(
    ({ subject, area, state, text, fixes }) =>
      `${state} ${subject} ${area}: ${text}${fixes.map((fix) => ` → ${fix}`).join("")}`,
  );

test("all well: a line per connection and per system of each host", async () => {
  const { access, asked } = scripted({ web1: UP, web2: UP });
  const checks = await doctor(inventory(), access);
  expect(brief(checks)).toEqual([
    "ok web1 ssh: connected, 3 ms",
    "ok web1 host: 2 questions answered",
    "ok web1 gluster: 2 questions answered",
    "ok web2 ssh: connected, 3 ms",
    "ok web2 host: 2 questions answered",
    "ok web2 gluster: 2 questions answered",
    "ok cache redis: 1 question answered",
  ]);
  expect(asked.filter((each) => each.startsWith("galera"))).toEqual([]);
  expect(doctorExitCode(checks)).toBe(0);
  expect(verdictLine(checks)).toBe("all well: 7 checks");
});

test("a login that takes long is waited for, and is no failure", async () => {
  const slow: Link = { state: "down", sinceMs: 0, reason: "timeout", detail: "web2: the login took longer than 4 s" };
  const { access, change, listeners } = scripted({ web1: UP, web2: slow });
  const examined = doctor(inventory(), access);
  await new Promise(setImmediate);
  change("web2", { ...slow, detail: "web2: the login took longer than 8 s" });
  change("web2", UP);
  const checks = await examined;
  expect(brief(checks)).toContain("ok web2 ssh: connected, 3 ms");
  expect(doctorExitCode(checks)).toBe(0);
  expect(listeners.size).toBe(0);
});

test("hosts that may be elected are asked one after the other", async () => {
  const { access, asked, open } = scripted({ web1: UP, web2: UP });
  await doctor(inventory(), access);
  expect(asked.filter((each) => each.startsWith("gluster")).toSorted()).toEqual([
    "gluster.heal@web1",
    "gluster.heal@web2",
    "gluster.peers@web1",
    "gluster.peers@web2",
  ]);
  expect(open.mostGluster).toBe(1);
});

test("each different trouble has a line with its way out, the same one only once", async () => {
  const noRoot = (rule: string): Outcome => bad("privilege", "web1: ops may not run x as root", rule);
  const { access } = scripted(
    { web1: UP, web2: UP },
    {
      "gluster.peers@web1": noRoot("allow x y"),
      "gluster.heal@web1": noRoot("allow x z"),
      "host.load@web1": good("odd"),
      "host.disks@web2": bad("missing", "web2: df is not installed"),
      "redis.info@cache": bad("timeout", "cache does not answer"),
    },
  );
  const checks = await doctor(inventory(), access);
  expect(brief(checks).filter((line) => !line.startsWith("ok"))).toEqual([
    "fails web1 host: host.load: cannot read this",
    "needs web1 gluster: ops may not run x as root → allow x y → allow x z",
    "absent web2 host: df is not installed",
    "fails cache redis: cache does not answer",
  ]);
  expect(verdictLine(checks)).toBe("9 checks: 2 failing, 1 lacking a privilege");
  expect(doctorExitCode(checks)).toBe(2);
});

test("what is not there is noted; that nothing of a system is there is trouble", async () => {
  const gone = bad("missing", "web1: x is not installed");
  const some = scripted({ web1: UP, web2: UP }, { "host.load@web1": gone, "redis.info@cache": gone });
  const checks = await doctor(inventory(), some.access);
  expect(brief(checks).filter((line) => !line.startsWith("ok"))).toEqual([
    "absent web1 host: x is not installed",
    "missing cache redis: web1: x is not installed",
  ]);
  expect(doctorExitCode(checks)).toBe(1);
  expect(doctorExitCode(checks.filter(({ state }) => state !== "missing"))).toBe(0);
});

test("a host that is not reached says so once, and what goes through it was not asked", async () => {
  const { access } = scripted(
    { web1: UP, web2: DOWN },
    Object.fromEntries(
      ["host.load", "host.disks", "gluster.peers", "gluster.heal"].map((id) => [
        `${id}@web2`,
        bad("unreachable", "no"),
      ]),
    ),
  );
  expect(brief(await doctor(inventory(), access)).filter((line) => line.includes("web2"))).toEqual([
    "fails web2 ssh: its host key is not known → check it",
    "skipped web2 host: no SSH connection",
    "skipped web2 gluster: no SSH connection",
  ]);
});

test("a connection is waited for, and no longer than its deadline", async () => {
  const slow = scripted({ web1: UP });
  const checks = doctor(inventory(), slow.access, 60_000);
  slow.change("web2", UP);
  expect(brief(await checks)).toContain("ok web2 ssh: connected, 3 ms");
  expect(slow.listeners.size).toBe(0);

  const never = scripted({ web1: UP });
  expect(brief(await doctor(inventory(), never.access, 10))).toContain(
    "fails web2 ssh: the connection is not there yet → see whether the host is up",
  );
});

test("secrets: where from and whether to be had, once each, never what they are", async () => {
  process.env["MIDWATCH_TEST_SECRET"] = "hunter2";
  const cluster = inventory(
    `, ssh: { passphrase: "env:MIDWATCH_TEST_SECRET" }, galera: { flavour: mariadb, user: a, password: "command:sh -c 'echo hunter2; exit 1'" }`,
  );
  const checks = await doctor(cluster, scripted({ web1: UP, web2: UP }).access);
  delete process.env["MIDWATCH_TEST_SECRET"];
  expect(brief(checks).slice(0, 2)).toEqual([
    "ok shop secret: ssh passphrase from env:MIDWATCH_TEST_SECRET",
    "fails shop secret: galera password: command:sh ended with exit code 1 → run it by hand to see why",
  ]);
  expect(JSON.stringify(checks)).not.toContain("hunter2");
});

describe("as text", () => {
  const checks: readonly Check[] = [
    { subject: "web1", area: "ssh", state: "ok", text: "connected", fixes: [] },
    {
      subject: "web1",
      area: "gluster",
      state: "needs",
      text: "root \u001b[2J",
      fixes: ["allow it – in sudoers", "or not"],
    },
    { subject: "web2", area: "host", state: "skipped", text: "no SSH connection", fixes: [] },
  ];

  test("symbol, word, host, system, what, and the fix below", () => {
    expect(checkLines(checks, themeFor({ colour: false, ascii: false }))).toEqual([
      "● OK       web1      ssh      connected",
      "▲ NEEDS    web1      gluster  root \u241b[2J",
      "             fix: allow it – in sudoers",
      "             fix: or not",
      "? SKIPPED  web2      host     no SSH connection",
    ]);
  });

  test("in ASCII where the terminal has no more", () => {
    for (const line of checkLines(checks, themeFor({ colour: false, ascii: true })))
      expect(
        z
          .string()
          .regex(/^[ -~]+$/)
          .safeParse(line).success,
      ).toBe(true);
  });

  test.each([
    [["ok"], 0],
    [["ok", "needs"], 1],
    [["missing"], 1],
    [["needs", "skipped"], 2],
    [["fails"], 2],
  ] as const)("%s ends with %i", (states, code) => {
    expect(doctorExitCode(states.map((state) => ({ subject: "", area: "", text: "", fixes: [], state })))).toBe(code);
  });
});
