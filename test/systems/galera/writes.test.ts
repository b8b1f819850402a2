import { describe, expect, it } from "vitest";
import { galera } from "../../../src/systems/galera/index.ts";
import { AT_MS, lookAt, noReply, shop, type Answers } from "../kit.ts";
import { recorded, unit } from "./recorded.ts";

const HOSTS = ["web1", "web2", "web3"];

const healthy: Answers = Object.fromEntries(
  HOSTS.flatMap((host) => [
    [`galera.view@${host}`, recorded(`healthy/${host}`)],
    [`galera.unit@${host}`, unit("active", "running")],
    [`galera.settings@${host}`, recorded("healthy/web1.settings")],
  ]),
);

const look = (answers: Answers) => lookAt(galera, { ...healthy, ...answers });

/** Two answers of a member, `overMs` apart. */
const pair = (
  host: string,
  before: Readonly<Record<string, string>>,
  now: Readonly<Record<string, string>>,
  overMs = 30_000,
) => ({
  [`galera.view@${host}`]: [recorded(`healthy/${host}`, before, AT_MS - overMs), recorded(`healthy/${host}`, now)],
});

const said = ({ findings }: ReturnType<typeof look>): readonly string[] =>
  findings.map(({ id, text }) => `${id}: ${text}`);

describe("galera, several writers", () => {
  const counts = (replicated: number, failures: number) => ({
    wsrep_replicated: String(replicated),
    wsrep_local_cert_failures: String(failures),
    wsrep_local_bf_aborts: String(failures),
  });

  it("warns of conflicts that go on while two members write", () => {
    const two = look({ ...pair("web1", counts(10, 0), counts(90, 6)), ...pair("web2", counts(10, 0), counts(50, 9)) });
    expect(said(two)).toEqual([
      "galera.conflicts: 1 transactions a second are rolled back: web1 and web2 write to the same rows",
    ]);
  });

  it("lets two members write that do not conflict, and one writer conflict with nobody", () => {
    const apart = look({
      ...pair("web1", counts(10, 0), counts(90, 0)),
      ...pair("web2", counts(10, 0), counts(50, 1)),
    });
    expect(said(apart)).toEqual([]);
    expect(
      said(look({ ...pair("web1", counts(10, 0), counts(90, 30)), ...pair("web2", counts(10, 0), counts(10, 0)) })),
    ).toEqual([]);
  });
});

describe("galera, writes that stand still", () => {
  const paused = (host: string, ns: string, queue: string) =>
    pair(
      host,
      { wsrep_flow_control_paused_ns: "0" },
      { wsrep_flow_control_paused_ns: ns, wsrep_local_recv_queue: queue },
      10_000,
    );
  const still = look({
    ...paused("web1", "7300000000", "0"),
    ...paused("web2", "7200000000", "0"),
    ...paused("web3", "7200000000", "29"),
  });

  it("are one thing, which names the member all wait for", () => {
    expect(said(still)).toEqual([
      "galera.flow_control: Writes stand still 73% of the time: web3 cannot keep up, up to 29 write-sets wait there",
    ]);
    expect(still.findings[0]).toMatchObject({ subject: "cluster", host: "web3" });
  });

  it("keep the others in, and let the slow one go", () => {
    const decisive = (host: string) => still.reasons(host)[0];
    expect(decisive("web1")).toMatchObject({ stance: "wait", text: expect.stringContaining("web3 cannot keep up") });
    expect(decisive("web3")).toMatchObject({ stance: "safe" });
  });

  it("name nobody where no queue tells", () => {
    expect(said(look(paused("web1", "5000000000", "0")))).toEqual([
      "galera.flow_control: Writes stand still 50% of the time: a member that cannot keep up holds all back",
    ]);
  });
});

describe("galera, a member that falls behind", () => {
  const queue = (...lengths: readonly number[]) => ({
    "galera.view@web3": lengths.map((length, i) =>
      recorded("healthy/web3", { wsrep_local_recv_queue: String(length) }, AT_MS - (lengths.length - 1 - i) * 2_000),
    ),
  });

  it("is told when its queue does not empty for ten seconds", () => {
    expect(said(look(queue(12, 14, 20, 22, 30, 41)))).toEqual([
      "galera.receive_queue: web3 falls behind: 41 write-sets wait to be applied, and more by the second",
    ]);
    expect(said(look(queue(16, 15, 16, 14, 16, 16)))).toEqual([
      "galera.receive_queue: web3 falls behind: 16 write-sets wait to be applied, no fewer than 14 for 10s",
    ]);
  });

  it("may have a burst", () => {
    expect(said(look(queue(0, 80, 120, 60, 20, 11)))).toEqual([]);
    expect(said(look(queue(90, 90)))).toEqual([]);
  });
});

describe("galera, votes", () => {
  const { galera: config } = shop;
  if (config === undefined) throw new Error("the test cluster has no Galera");

  it("says that an even number of votes has no middle", () => {
    const four = Object.fromEntries(
      HOSTS.map((host) => [
        `galera.view@${host}`,
        recorded(`healthy/${host}`, { wsrep_cluster_size: "4", wsrep_cluster_weight: "4" }),
      ]),
    );
    const { findings } = lookAt(
      galera,
      { ...healthy, ...four },
      { cluster: { ...shop, galera: { ...config, arbitrators: 1 } } },
    );
    expect(findings.map(({ id, severity }) => `${id} ${severity}`)).toEqual(["galera.even_votes info"]);
  });
});

describe("galera, nobody serves and not everybody is seen", () => {
  it("bootstraps nothing", () => {
    const { findings } = look({
      "galera.view@web1": noReply("refused"),
      "galera.unit@web1": unit("inactive", "dead"),
      "galera.view@web2": noReply("refused"),
      "galera.unit@web2": unit("inactive", "dead"),
      "galera.view@web3": noReply("unreachable"),
      "galera.unit@web3": noReply("unreachable"),
    });
    expect(findings.map(({ id }) => id)).toEqual(["galera.member_down", "galera.member_down", "galera.member_unknown"]);
    expect(findings[0]?.next).toBe("reach web3 first: bootstrap nothing while a member is not seen");
  });
});

describe("galera, causes", () => {
  it("folds the members that are gone under the component that is", () => {
    const { findings } = look({
      "galera.view@web1": recorded("web3-cut-off/web3"),
      ...Object.fromEntries(
        ["web2", "web3"].flatMap((host) => [
          [`galera.view@${host}`, noReply("refused")],
          [`galera.unit@${host}`, unit("failed", "failed")],
        ]),
      ),
    });
    expect(findings.find(({ id }) => id === "galera.non_primary")?.text).toBe(
      "The database refuses all queries: web1 has no quorum without web2 and web3",
    );
    for (const down of findings.filter(({ id }) => id === "galera.member_down"))
      expect(down.explainedBy).toContainEqual({ id: "galera.non_primary" });
  });

  it("never lets one member that is cut off explain another that is down", () => {
    const { findings } = look({
      "galera.view@web3": recorded("web3-cut-off/web3"),
      "galera.view@web2": noReply("refused"),
      "galera.unit@web2": unit("inactive", "dead"),
    });
    const down = findings.find(({ id }) => id === "galera.member_down");
    expect(down?.explainedBy).toEqual([{ id: "host.disk_full", host: "web2" }]);
  });
});
