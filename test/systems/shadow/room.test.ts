import { expect, test } from "vitest";
import { shadow } from "../../../src/systems/shadow/index.ts";
import { AT_MS, hostReply, lines, lookAt, noReply, recorded, shop, summaryText, type Answers } from "../kit.ts";

const second = (msAgo: number) => String(Math.round((AT_MS - msAgo) / 1_000));

const last = (fields: Readonly<Record<string, string>>, msAgo = 108_000) =>
  hostReply(
    Object.entries({
      started: second(msAgo + 1_000),
      finished: second(msAgo),
      result: "ok",
      exit: "0",
      changed: "3",
      deleted: "0",
      last_success: second(msAgo),
      ...fields,
    })
      .map(([key, value]) => `${key}=${value}\n`)
      .join(""),
  );

const one = (host: string): Answers => ({
  [`shadow.last@${host}`]: last({}),
  [`shadow.running@${host}`]: hostReply(recorded("shadow", "running.none.txt")),
  [`shadow.mount@${host}`]: hostReply(recorded("shadow", "mount.wp-core.txt")),
  [`shadow.drift@${host}`]: hostReply(recorded("shadow", "drift.none.txt")),
});

const healthy: Answers = { ...one("web1"), ...one("web2"), ...one("web3") };

const said = (answers: Answers, afterMs = 0) =>
  lookAt(shadow, { ...healthy, ...answers }, { afterMs }).findings.map(
    ({ severity, id, text }) => `${severity} ${id}: ${text}`,
  );

test("healthy", () => {
  const { pane, findings, facts } = lookAt(shadow, healthy);
  expect(findings).toEqual([]);
  expect(pane.severity).toBe("ok");
  expect(summaryText(pane)).toBe("1m48s ago · drift 0");
  expect(lines(pane.tables[0])).toEqual([
    "host | role | last run | target | took | copied | deleted | drift | to delete | counted | running | synced",
    "web1 | master | ok | fuse.glusterfs | 1s | 3 | 0 | 0 | 0 | 0s ago | - | 1m48s ago",
    "web2 | sub | ok | fuse.glusterfs | 1s | 3 | 0 | 0 | 0 | 0s ago | - | 1m48s ago",
    "web3 | sub | ok | fuse.glusterfs | 1s | 3 | 0 | 0 | 0 | 0s ago | - | 1m48s ago",
  ]);
  expect(shadow.factsSchema.safeParse(facts).error).toBeUndefined();
});

test("the master pushes, the others pull", () => {
  const { probes } = lookAt(shadow, {});
  const argv = (key: string) => {
    const send = probes.find((probe) => probe.key === key)?.ask.send;
    return send?.kind === "host" ? send.argv.slice(-2) : [];
  };
  expect(argv("shadow.drift@web1")).toEqual(["/var/www/", "/wp-core/"]);
  expect(argv("shadow.drift@web2")).toEqual(["/wp-core/", "/var/www/"]);
});

test("a plain directory where the volume should be: the sync would fill the local disk", () => {
  const { findings, pane, facts } = lookAt(shadow, { ...healthy, "shadow.mount@web2": hostReply("", "", 1) });
  expect(findings).toMatchObject([
    {
      id: "shadow.not_mounted",
      severity: "critical",
      text: "web2: /wp-core is not volume wp-core: nothing is mounted there; a sync would use the local disk",
    },
  ]);
  expect(summaryText(pane)).toBe("web2 target not mounted · 1m48s ago · drift 0 (2/3 hosts)");
  // The dry run compared with an empty directory: its figures say nothing of the shadow.
  expect(facts.hosts[1]?.drift).toMatchObject({ state: "unknown", reason: "missing" });
});

test("another volume or another file system is not the target", () => {
  const right = recorded("shadow", "mount.wp-core.txt");
  expect(said({ "shadow.mount@web2": hostReply(right.replace("localhost:/wp-core", "localhost:/data")) })).toEqual([
    "critical shadow.not_mounted: web2: /wp-core is not volume wp-core: localhost:/data (fuse.glusterfs) is mounted there; a sync would use the local disk",
  ]);
});

test.each(["web1:wp-core", "web1:/wp-core/", "localhost:/wp-core/site1", "[fd00::1]:/wp-core"])(
  "the volume mounted as %s is the target",
  (source) => {
    const right = recorded("shadow", "mount.wp-core.txt");
    expect(said({ "shadow.mount@web2": hostReply(right.replace("localhost:/wp-core", source)) })).toEqual([]);
  },
);

test("failed, with the script's reason", () => {
  const failed = last({ result: "failed", exit: "3", reason: "would delete 121 files, more than 100" });
  expect(said({ "shadow.last@web1": failed })).toEqual([
    "warning shadow.failed: web1: the last sync failed: would delete 121 files, more than 100",
  ]);
});

test("older than three intervals", () => {
  expect(said({ "shadow.last@web1": last({}, 600_000), "shadow.last@web2": last({}, 500_000) })).toEqual([
    "warning shadow.stale: web1: the last good sync was 10m ago; one should come every 3m",
  ]);
});

test("a sub-server the master's call did not reach", () => {
  expect(said({ "shadow.last@web3": last({}, 400_000) })).toEqual([
    "warning shadow.behind: web3 is 4m52s behind the master's sync",
  ]);
});

test("running, too long, and begun without an end", () => {
  const running = (seconds: number) => hostReply(`      1    9000 systemd\n   4711  ${seconds} sync-sites\n`);
  const begun = last({ result: "running", finished: "", exit: "" });
  expect(said({ "shadow.last@web1": begun, "shadow.running@web1": running(40) })).toEqual([]);
  expect(said({ "shadow.last@web1": begun, "shadow.running@web1": running(400) })).toEqual([
    "warning shadow.running_long: web1: a sync has run for 6m40s; one should start every 3m",
  ]);
  expect(said({ "shadow.last@web1": begun })).toEqual([
    "warning shadow.interrupted: web1: the last sync began and never ended",
  ]);
  // Processes hidden: it may well still run.
  expect(said({ "shadow.last@web1": begun, "shadow.running@web1": hostReply("", "", 1) })).toEqual([]);
});

test("drift, deletions apart, until a sync has run since", () => {
  const some = { "shadow.drift@web2": hostReply(recorded("shadow", "drift.some.txt")) };
  expect(said(some)).toEqual(["warning shadow.deletions: web2: a sync now would change 5 files and delete 121"]);
  const cluster = { ...shop, thresholds: { ...shop.thresholds, syncDeletionsWarning: 121 } };
  expect(lookAt(shadow, { ...healthy, ...some }, { cluster }).findings).toMatchObject([{ id: "shadow.drift" }]);
  const { findings, facts } = lookAt(
    shadow,
    { ...healthy, ...some, "shadow.last@web2": { ...last({}, -8_000), receivedAtMs: AT_MS + 10_000 } },
    { afterMs: 10_000 },
  );
  expect(findings).toEqual([]);
  expect(facts.hosts[1]?.drift).toMatchObject({ value: { overtaken: true } });
});

test("nothing known is said so everywhere", () => {
  const silent = Object.fromEntries(
    ["last", "running", "mount", "drift"].map((name) => [`shadow.${name}@web2`, noReply("timeout")]),
  );
  const { findings, pane } = lookAt(shadow, { ...healthy, ...silent });
  expect(findings).toMatchObject([{ id: "shadow.unknown", severity: "unknown", host: "web2" }]);
  expect(summaryText(pane)).toBe("web2 not known · 1m48s ago on 2/3 · drift 0 (2/3 hosts)");
  expect(lines(pane.tables[0], ["host", "result", "target", "drift", "age"])[2]).toBe("web2 | ? | ? | ? | ?");
});

test("no good run on record", () => {
  const answer = last({ result: "failed", exit: "2", reason: "not mounted", last_success: "" });
  expect(said({ "shadow.last@web3": answer })).toEqual([
    "warning shadow.failed: web3: the last sync failed: not mounted",
    "warning shadow.never: web3: no good sync is on record",
  ]);
});
