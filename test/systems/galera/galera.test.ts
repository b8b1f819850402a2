import { describe, expect, it } from "vitest";
import { galera } from "../../../src/systems/galera/index.ts";
import { AT_MS, lines, lookAt, noReply, shop, summaryText, type Answers } from "../kit.ts";
import { grastate, recorded, unit } from "./recorded.ts";

const HOSTS = ["web1", "web2", "web3"];

const healthy: Answers = Object.fromEntries(
  HOSTS.flatMap((host) => [
    [`galera.view@${host}`, recorded(`healthy/${host}`)],
    [`galera.unit@${host}`, unit("active", "running")],
    [`galera.settings@${host}`, recorded("healthy/web1.settings")],
  ]),
);

const ids = (findings: readonly { readonly id: string }[]): readonly string[] => findings.map(({ id }) => id);

describe("galera, the members' own views", () => {
  const columns = ["member", "agrees", "status", "size", "conf"];

  it("agree when all is well", () => {
    const { pane } = lookAt(galera, healthy);
    expect(pane.words).toMatchObject([
      { word: expect.stringContaining("IST"), means: expect.stringContaining("away") },
    ]);
    expect(lines(pane.more?.[0], ["member", "agrees", "sees"])).toEqual([
      "member | agrees | members seen",
      ...HOSTS.map((host) => `${host} | yes | ${lines(pane.more?.[0], ["sees"])[1]}`),
    ]);
  });

  it("show a partition as a partition, in words and by a mark", () => {
    const views = Object.fromEntries(HOSTS.map((host) => [`galera.view@${host}`, recorded(`web3-cut-off/${host}`)]));
    const { pane } = lookAt(galera, { ...healthy, ...views });
    const [, web1, , web3] = lines(pane.more?.[0], columns);
    expect(web1).toMatch(/^web1 \| yes \| Primary \| 2 \|/);
    expect(web3).toMatch(/^web3 \| ≠ status, size, membership.* \| ≠ non-Primary \| ≠ 1 \| ≠ -$/);
  });

  it("differ in who they see, though they count the same", () => {
    const other = recorded("healthy/web3", { wsrep_incoming_addresses: "web1:0,web2:0,stranger:0" });
    const { pane } = lookAt(galera, { ...healthy, "galera.view@web3": other });
    expect(lines(pane.more?.[0], ["member", "agrees"])[3]).toBe("web3 | ≠ members");
    expect(lines(pane.more?.[0], ["sees"])[3]).toBe("≠ web1 web2 stranger");
  });

  it("of one that is down is none, of one that is silent not known", () => {
    const { pane } = lookAt(galera, {
      ...healthy,
      "galera.view@web2": noReply("refused"),
      "galera.unit@web2": unit("inactive", "dead"),
      "galera.view@web3": noReply("timeout"),
      "galera.unit@web3": noReply("timeout"),
    });
    expect(lines(pane.more?.[0], ["member", "agrees", "size"]).slice(2)).toEqual(["web2 | - | -", "web3 | - | ?"]);
  });
});

describe("galera, healthy", () => {
  it("shows every member's own view", () => {
    const { pane, findings } = lookAt(galera, healthy);
    expect(findings).toEqual([]);
    expect(pane.severity).toBe("ok");
    expect(
      lines(pane.tables[0], ["member", "state", "component", "size", "conf", "lag", "send", "recv", "paused"]),
    ).toEqual([
      "member | state | component | size | conf | lag | send | recv | flow",
      "web1 | Synced | Primary | 3 | 5 | 0 | 0 | 0 | …",
      "web2 | Synced | Primary | 3 | 5 | 0 | 0 | 0 | …",
      "web3 | Synced | Primary | 3 | 5 | 0 | 0 | 0 | …",
    ]);
  });

  it("makes rates of two samples and says so until then", () => {
    expect(summaryText(lookAt(galera, healthy).pane)).toBe("3/3 Primary");
    const before = recorded("healthy/web1", { wsrep_replicated: "354", wsrep_last_committed: "369" }, AT_MS - 10_000);
    const stopped = recorded("healthy/web2", {}, AT_MS - 10_000);
    const { pane, facts } = lookAt(galera, {
      ...healthy,
      "galera.view@web1": [before, recorded("healthy/web1", { wsrep_flow_control_paused_ns: "2500000000" })],
      "galera.view@web2": [stopped, recorded("healthy/web2")],
    });
    expect(facts.members[0]?.writesPerSecond).toMatchObject({ state: "known", value: 2 });
    expect(facts.members[0]?.flowControlPaused).toMatchObject({ state: "known", value: 0.25 });
    expect(facts.members[2]?.writesPerSecond).toMatchObject({ state: "unknown", reason: "pending" });
    expect(lines(pane.tables[0], ["member", "paused", "writes"])).toEqual([
      "member | flow | writes/s",
      "web1 | 25% | 2",
      "web2 | 0% | 0",
      "web3 | … | …",
    ]);
    expect(summaryText(pane)).toMatch(/^3\/3 Primary · writes web1/);
  });

  it("never makes a negative rate of counters that began anew", () => {
    const before = recorded("healthy/web1", { wsrep_local_bf_aborts: "900", wsrep_replicated: "9000" }, AT_MS - 4_000);
    const after = recorded("healthy/web1", { wsrep_local_bf_aborts: "4" }, AT_MS - 2_000);
    const { facts } = lookAt(galera, {
      ...healthy,
      "galera.view@web1": [before, after, recorded("healthy/web1", { wsrep_local_bf_aborts: "6" })],
    });
    expect(facts.members[0]?.bfAbortsPerSecond).toMatchObject({ state: "known", value: 1 });
  });

  it("tells how long IST stays possible from gcache's size and the bytes written", () => {
    // 64 MiB at 64 KiB/s last 1,024 s.
    const past = recorded(
      "healthy/web1",
      { wsrep_last_committed: "289", wsrep_replicated_bytes: "132560" },
      AT_MS - 60_000,
    );
    const now = recorded("healthy/web1", { wsrep_replicated_bytes: String(132_560 + 60 * 65_536) });
    const { facts, findings, pane } = lookAt(galera, { ...healthy, "galera.view@web1": [past, now] });
    expect(facts.members[0]?.gcache).toMatchObject({
      state: "known",
      value: { heldWriteSets: 389, windowMs: 1_024_000 },
    });
    expect(ids(findings)).toEqual(["galera.gcache_window"]);
    expect(lines(pane.tables[0], ["member", "gcache"])[1]).toBe("web1 | 17m");
  });

  it("falls back on what gcache holds where its size is not known", () => {
    const past = recorded("healthy/web1", { wsrep_last_committed: "379" }, AT_MS - 60_000);
    const { rows, ...told } = recorded("healthy/web1.settings");
    const settings = { ...told, rows: rows.map((row) => ({ ...row, provider_options: "gcache.recover = yes" })) };
    const { facts } = lookAt(galera, {
      ...healthy,
      "galera.settings@web1": settings,
      "galera.view@web1": [past, recorded("healthy/web1")],
    });
    expect(facts.members[0]?.gcache).toMatchObject({ value: { windowMs: (389 / 10) * 60_000 } });
  });

  it("makes no window for a member that has just started and not told its settings", () => {
    const past = recorded("healthy/web1", { wsrep_last_committed: "0" }, AT_MS - 60_000);
    const { "galera.settings@web1": _, ...rest } = healthy;
    const { facts } = lookAt(galera, { ...rest, "galera.view@web1": [past, recorded("healthy/web1")] });
    expect(facts.members[0]?.gcache).toMatchObject({ state: "unknown" });
  });

  it("does not take a member's catching up for writes: its position leaps, and no bytes come", () => {
    const before = recorded("healthy/web1", { wsrep_last_committed: "349" }, AT_MS - 60_000);
    const { facts, findings } = lookAt(galera, { ...healthy, "galera.view@web1": [before, recorded("healthy/web1")] });
    expect(facts.members[0]?.gcache).toEqual({ state: "known", atMs: AT_MS, value: { heldWriteSets: 389 } });
    expect(findings).toEqual([]);
  });

  it("makes no window of a few seconds' writes", () => {
    const past = recorded("healthy/web1", { wsrep_last_committed: "380" }, AT_MS - 8_000);
    const { facts } = lookAt(galera, { ...healthy, "galera.view@web1": [past, recorded("healthy/web1")] });
    expect(facts.members[0]?.gcache).toMatchObject({ state: "unknown", reason: "pending" });
  });

  it("is not troubled by a cluster in which nothing is written", () => {
    const past = recorded("healthy/web1", {}, AT_MS - 60_000);
    const { facts, findings } = lookAt(galera, { ...healthy, "galera.view@web1": [past, recorded("healthy/web1")] });
    expect(facts.members[0]?.gcache).toMatchObject({ state: "known", value: { heldWriteSets: 389 } });
    expect(findings).toEqual([]);
  });
});

describe("galera, a member cut off by network", () => {
  const cutOff: Answers = Object.fromEntries(
    HOSTS.map((host) => [`galera.view@${host}`, recorded(`web3-cut-off/${host}`)]),
  );

  it("believes each member about itself", () => {
    const { pane, findings, facts } = lookAt(galera, cutOff);
    expect(
      facts.groups.map(({ hosts, clusterStatus, size }) => `${hosts.join(" ")}: ${clusterStatus} ${size}`),
    ).toEqual(["web1 web2: Primary 2", "web3: non-Primary 1"]);
    expect(ids(findings)).toEqual(["galera.member_cut_off"]);
    expect(findings[0]).toMatchObject({ severity: "critical", subject: "web3", host: "web3" });
    expect(summaryText(pane)).toBe("2/3 Primary · web3 non-Primary");
    expect(lines(pane.tables[0], ["member", "state", "component", "size", "conf"])).toEqual([
      "member | state | component | size | conf",
      "web1 | Synced | Primary | 2 | 4",
      "web2 | Synced | Primary | 2 | 4",
      "web3 | Initialized | non-Primary | 1 | -",
    ]);
  });

  it("sees that a host that cannot be reached is gone for its peers", () => {
    const { pane, findings } = lookAt(galera, {
      ...cutOff,
      "galera.view@web3": noReply("unreachable"),
      "galera.unit@web3": noReply("unreachable"),
    });
    expect(findings.map(({ id, severity }) => `${id} ${severity}`)).toEqual([
      "galera.member_unknown unknown",
      "galera.size critical",
    ]);
    expect(summaryText(pane)).toBe("2/3 Primary · web3 unreachable");
    expect(lines(pane.tables[0], ["member", "state", "size"])[3]).toBe("web3 | ? unreachable | ?");
  });
});

describe("galera, a member that does not answer SQL", () => {
  const gone = (answers: Answers, afterMs = 0) =>
    lookAt(galera, { ...healthy, "galera.view@web3": noReply("refused"), ...answers }, { afterMs });

  it("is known to be down when its unit is", () => {
    const { findings, pane, facts } = gone({ "galera.unit@web3": unit("inactive", "dead") });
    expect(facts.members[2]?.presence).toMatchObject({ state: "known", value: "stopped" });
    expect(findings[0]).toMatchObject({
      id: "galera.member_down",
      severity: "critical",
      text: "Database on web3 stopped 4m ago: 2 of 3 members, none to spare",
    });
    expect(lines(pane.tables[0], ["member", "state", "size", "lag"])[3]).toBe("web3 | stopped 4m | - | -");
  });

  it("counts what is left from the others' view", () => {
    const two = { wsrep_cluster_size: "2", wsrep_cluster_conf_id: "6" };
    const { findings, pane } = gone({
      "galera.view@web1": recorded("healthy/web1", two),
      "galera.view@web2": recorded("healthy/web2", two),
      "galera.unit@web3": unit("failed", "failed", { Result: "oom-kill" }),
    });
    expect(findings.map(({ text }) => text)).toEqual([
      "Database on web3 was killed for want of memory 4m ago: 2 of 3 members, none to spare",
    ]);
    expect(summaryText(pane)).toBe("2/3 Primary · web3 failed");
  });

  it("says how it can come back while its last position is known", () => {
    const at = (seqno: number, change = {}) =>
      recorded("healthy/web1", { wsrep_last_committed: String(seqno), ...change }, AT_MS);
    const past = recorded("healthy/web1", { wsrep_last_committed: "300" }, AT_MS - 60_000);
    const down = { "galera.unit@web3": unit("inactive", "dead"), "galera.grastate@web3": grastate(350, false) };
    const still = gone({ ...down, "galera.view@web1": [past, at(400)] });
    expect(still.facts.members[2]?.rejoin).toMatchObject({ by: "IST" });
    const late = gone({ ...down, "galera.view@web1": [past, at(400, { wsrep_local_cached_downto: "380" })] });
    expect(late.facts.members[2]?.rejoin).toEqual({ by: "SST" });
    expect(late.findings[0]?.text).toContain("full copy (SST)");
  });

  it("is starting, not down, while systemd starts it", () => {
    const starting = unit("activating", "start", { StatusText: "WSREP state transfer (role joiner) ongoing..." });
    const { findings, pane } = gone({ "galera.unit@web3": starting });
    expect(findings.map(({ id, severity }) => `${id} ${severity}`)).toEqual(["galera.member_starting warning"]);
    expect(findings[0]?.text).toContain("role joiner");
    expect(lines(pane.tables[0], ["member", "state"])[3]).toBe("web3 | starting 4m");
  });

  it("has failed, and is not starting, while systemd waits before it tries again", () => {
    const { findings } = gone({ "galera.unit@web3": unit("activating", "auto-restart", { Result: "signal" }) });
    expect(findings.map(({ id, text }) => `${id} ${text}`)).toEqual([
      "galera.member_down Database on web3 was killed 4m ago: 2 of 3 members, none to spare",
    ]);
  });

  it("is silent when it runs and nothing comes back", () => {
    const { findings } = gone({
      "galera.view@web3": noReply("timeout"),
      "galera.unit@web3": unit("active", "running"),
    });
    expect(findings.map(({ id, severity }) => `${id} ${severity}`)).toEqual(["galera.member_silent critical"]);
  });

  it("is starting until SQL has been tried again since its unit was seen to run", () => {
    const earlier = { ...unit("activating", "start"), sentAtMs: AT_MS - 2_002, receivedAtMs: AT_MS - 2_000 };
    const { facts } = gone({ "galera.unit@web3": [earlier, unit("active", "running")] });
    expect(facts.members[2]?.presence).toMatchObject({ state: "known", value: "starting" });
    const still = gone({
      "galera.unit@web3": [
        { ...earlier, receivedAtMs: AT_MS - 4_000 },
        { ...unit("active", "running"), receivedAtMs: AT_MS - 2_000 },
        unit("active", "running"),
      ],
    });
    expect(still.facts.members[2]?.presence).toMatchObject({ state: "known", value: "silent" });
  });

  it("runs, unseen, when the account is refused", () => {
    const { findings } = gone({ "galera.view@web3": noReply("auth"), "galera.unit@web3": unit("active", "running") });
    expect(findings.map(({ id, severity }) => `${id} ${severity}`)).toEqual(["galera.member_unknown unknown"]);
  });

  it("is not judged by a unit's state from before it fell silent", () => {
    const late = { ...unit("inactive", "dead"), sentAtMs: AT_MS - 30_002, receivedAtMs: AT_MS - 30_000 };
    const { facts } = gone({ "galera.view@web3": noReply("timeout"), "galera.unit@web3": late });
    expect(facts.members[2]?.presence).toMatchObject({ state: "unknown", reason: "timeout" });
  });
});

describe("galera, what pages lack", () => {
  const troubles = (answers: Answers) => {
    const { facts, context } = lookAt(galera, { ...healthy, ...answers });
    return galera.pageTroubles?.(facts, context).map(({ words }) => words);
  };
  const killed = (...hosts: readonly string[]): Answers =>
    Object.fromEntries(
      hosts.flatMap((host) => [
        [`galera.view@${host}`, noReply("refused")],
        [`galera.unit@${host}`, unit("failed", "failed", { Result: "signal" })],
      ]),
    );
  const outside = { "galera.view@web1": recorded("healthy/web1", { wsrep_cluster_status: "non-Primary" }) };

  it("is the database once no member that is left may answer, and not before that is known", () => {
    expect(troubles({})).toEqual([]);
    expect(troubles(killed("web2", "web3"))).toEqual([]);
    expect(troubles({ ...killed("web2", "web3"), ...outside })).toEqual(["no database"]);
    expect(troubles(killed(...HOSTS))).toEqual(["no database"]);
    expect(troubles({ ...killed("web2"), ...outside, "galera.view@web3": noReply("timeout") })).toEqual([]);
  });
});

describe("galera, nobody left", () => {
  const allDown = (grastates: readonly ReturnType<typeof grastate>[]): Answers =>
    Object.fromEntries(
      HOSTS.flatMap((host, i) => [
        [`galera.view@${host}`, noReply("refused")],
        [`galera.unit@${host}`, unit("inactive", "dead")],
        ...(grastates[i] === undefined ? [] : [[`galera.grastate@${host}`, grastates[i]]]),
      ]),
    );

  it("names the member that may bootstrap only when exactly one says so and all speak of one cluster", () => {
    const { findings, pane } = lookAt(
      galera,
      allDown([grastate(400, true), grastate(398, false), grastate(390, false)]),
    );
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({ id: "galera.cluster_down", severity: "critical" });
    expect(findings[0]?.text).toBe("No database runs: all 3 members are down (web1 400 safe, web2 398, web3 390)");
    expect(findings[0]?.next).toBe("on web1: galera_new_cluster; then start the others one by one");
    expect(summaryText(pane)).toBe("0/3 running · web1 stopped · web2 stopped · web3 stopped");
  });

  it.each([
    ["none is safe", [grastate(-1, false), grastate(-1, false), grastate(-1, false)]],
    ["two claim to be safe", [grastate(400, true), grastate(398, true), grastate(390, false)]],
    ["another is ahead of the safe one", [grastate(400, true), grastate(401, false), grastate(390, false)]],
    ["one cannot be read", [grastate(400, true), grastate(398, false)]],
    [
      "one is of another cluster",
      [grastate(400, true), grastate(398, false), grastate(9, false, "00000000-0000-0000-0000-000000000001")],
    ],
  ])("never guesses when %s", (_, grastates) => {
    expect(lookAt(galera, allDown(grastates)).findings[0]?.next).toMatch(/^recover the position on every host/);
  });

  it("says that no member is in a Primary component when all that answer say so", () => {
    const lost = Object.fromEntries(HOSTS.map((host) => [`galera.view@${host}`, recorded("web3-cut-off/web3")]));
    const { findings, pane } = lookAt(galera, lost);
    expect(ids(findings)).toEqual(["galera.non_primary"]);
    expect(findings[0]?.subject).toBe("cluster");
    expect(summaryText(pane)).toMatch(/^0\/3 Primary/);
  });
});

describe("galera, other states of a member", () => {
  const withWeb2 = (change: Readonly<Record<string, string>>) =>
    lookAt(galera, { ...healthy, "galera.view@web2": recorded("healthy/web2", change) });

  it.each([
    [{ wsrep_local_state: "2", wsrep_local_state_comment: "Donor/Desynced" }, "galera.not_synced warning"],
    [{ wsrep_local_state: "3", wsrep_local_state_comment: "Joined" }, "galera.not_synced warning"],
    [{ wsrep_local_state: "1", wsrep_local_state_comment: "Joining" }, "galera.not_synced critical"],
    [{ wsrep_ready: "OFF" }, "galera.not_ready critical"],
    [{ wsrep_connected: "OFF" }, "galera.disconnected critical"],
    [{ wsrep_on: "OFF" }, "galera.wsrep_off critical"],
    [{ wsrep_desync: "ON" }, "galera.desync warning"],
    [{ read_only: "ON" }, "galera.read_only warning"],
    [{ wsrep_reject_queries: "ALL" }, "galera.rejects_queries warning"],
    [{ pxc_maint_mode: "MAINTENANCE" }, "galera.maint_mode warning"],
    [{ version: "10.11.19-MariaDB" }, "galera.versions info"],
    [{ wsrep_cluster_conf_id: "9" }, "galera.disagree critical"],
    [{ wsrep_cluster_state_uuid: "00000000-0000-0000-0000-000000000001" }, "galera.split critical"],
  ])("%j", (change, expected) => {
    expect(withWeb2(change).findings.map(({ id, severity }) => `${id} ${severity}`)).toEqual([expected]);
  });

  it("shows how far an incremental transfer is (as PXC's documentation prints it)", () => {
    const ist = "52% complete, received seqno 1506799 of 1415410-1589676";
    const { pane, facts } = withWeb2({
      wsrep_local_state: "1",
      wsrep_local_state_comment: "Joining",
      wsrep_ist_receive_status: ist,
    });
    expect(facts.members[1]?.view).toMatchObject({
      value: { ist: { share: 0.52, received: 1_506_799, last: 1_589_676 } },
    });
    expect(lines(pane.tables[0], ["member", "state"])[2]).toBe("web2 | Joining IST 52%");
  });

  it("reports more members than the inventory expects", () => {
    const more = Object.fromEntries(
      HOSTS.map((host) => [`galera.view@${host}`, recorded(`healthy/${host}`, { wsrep_cluster_size: "4" })]),
    );
    expect(ids(lookAt(galera, more).findings)).toEqual(["galera.size"]);
    const { galera: config } = shop;
    if (config === undefined) throw new Error("the test cluster has no Galera");
    const counted = lookAt(galera, more, { cluster: { ...shop, galera: { ...config, arbitrators: 1 } } });
    expect(counted.findings).toEqual([]);
    expect(summaryText(counted.pane)).toBe("4/4 Primary");
  });

  it("reads facts that its published schema allows", () => {
    for (const answers of [healthy, {}, { ...healthy, "galera.view@web1": noReply("timeout") }]) {
      const { facts } = lookAt(galera, answers);
      expect(galera.factsSchema.parse(facts)).toEqual(facts);
    }
  });
});

describe("galera's commands", () => {
  it("ask Percona's member and its bootstrap unit, and the schema Percona has", () => {
    const { galera: config } = shop;
    if (config === undefined) throw new Error("the test cluster has no Galera");
    const probes = galera.probes({ ...shop, galera: { ...config, flavour: "percona", service: "mysql" } });
    const sent = probes.filter(({ target }) => target === "web1").map(({ ask }) => ask.send);
    expect(sent[0]).toMatchObject({
      kind: "sql",
      sql: expect.stringContaining("FROM performance_schema.global_status"),
    });
    expect(sent[1]).toMatchObject({ kind: "host", argv: expect.arrayContaining(["mysql", "mysql@bootstrap"]) });
  });

  it("only read", () => {
    // Changes are in the catalogue too, for procedures; what is watched only reads.
    const asked = new Set(galera.probes(shop).map(({ ask }) => ask.commandId));
    expect(galera.commands.filter(({ id }) => asked.has(id)).every(({ effect }) => effect === "read")).toBe(true);
  });
});
