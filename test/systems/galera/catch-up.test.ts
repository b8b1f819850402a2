import { describe, expect, it } from "vitest";
import { galera } from "../../../src/systems/galera/index.ts";
import { AT_MS, lookAt, type Answers } from "../kit.ts";
import { recorded, unit } from "./recorded.ts";

const HOSTS = ["web1", "web2", "web3"];

const look = (answers: Answers) =>
  lookAt(galera, {
    ...Object.fromEntries(
      HOSTS.flatMap((host) => [
        [`galera.view@${host}`, recorded(`healthy/${host}`)],
        [`galera.unit@${host}`, unit("active", "running")],
        [`galera.settings@${host}`, recorded("healthy/web1.settings")],
      ]),
    ),
    ...answers,
  });

describe("a member that catches up", () => {
  /** One answer every minute, the last now; numbers are its receive queue. */
  const joined = (...queues: readonly number[]) =>
    look({
      "galera.view@web3": queues.map((queue, i) =>
        recorded(
          "healthy/web3",
          {
            wsrep_local_state: "3",
            wsrep_local_state_comment: "Joined",
            wsrep_local_recv_queue: String(queue),
          },
          AT_MS - (queues.length - 1 - i) * 60_000,
        ),
      ),
    });
  const said = (...queues: readonly number[]) => {
    const { findings } = joined(...queues);
    return findings.filter(({ id }) => id === "galera.not_synced").map(({ text, next }) => ({ text, next }));
  };

  it("is said to, for how long, and when it should be done", () => {
    expect(said(4_000, 3_000, 2_000)).toEqual([
      {
        text: "web3 has joined and catches up, for 2m, 2,000 write-sets waiting, done in about 2m",
        next: "wait until it is Synced",
      },
    ]);
  });

  it("does not claim a time without history", () => {
    expect(said(900)).toEqual([
      { text: "web3 has joined and catches up, 900 write-sets waiting", next: "wait until it is Synced" },
    ]);
  });

  it("does not get on when nothing moves for five minutes", () => {
    expect(said(900, 900, 900, 900, 900, 900)).toEqual([
      {
        text: "web3 has joined and does not get on, for 5m, 900 write-sets waiting",
        next: "see what holds it up: ssh web3 top; ssh web3 sudo journalctl -u mariadb -n 50",
      },
    ]);
  });

  it("is a fact with its times, as the schema has it", () => {
    const { facts } = joined(4_000, 3_000, 2_000);
    expect(facts.members[2]?.catchUp).toEqual({ forMs: 120_000, leftMs: 120_000 });
    expect(galera.factsSchema.parse(facts)).toEqual(facts);
  });
});

describe("gcache beside the last restart", () => {
  const time = (agoMs: number): string =>
    new Date(AT_MS - agoMs).toISOString().replace(/^(.*)T(.*)\.000Z$/, "Fri $1 $2 UTC");

  /** What is written into the 64 MB that it holds. */
  const writing = (bytesPerSecond: number, restartMs: number) => {
    const view = (bytes: number, atMs: number) =>
      recorded("healthy/web1", { wsrep_replicated_bytes: String(bytes), wsrep_received_bytes: "0" }, atMs);
    return look({
      "galera.view@web1": [view(0, AT_MS - 30_000), view(bytesPerSecond * 30, AT_MS)],
      "galera.unit@web3": unit("active", "running", {
        ActiveExitTimestamp: time(86_400_000),
        ActiveEnterTimestamp: time(86_400_000 - restartMs),
      }),
    }).findings.flatMap(({ id, text }) => (id === "galera.gcache_window" ? [text] : []));
  };
  const [MB, MINUTE_MS] = [1_048_576, 60_000];

  it("warns when the window is shorter than another member's last restart", () => {
    expect(writing(MB / 48, 20 * MINUTE_MS)).toEqual([]);
    expect(writing(MB / 48, 60 * MINUTE_MS)).toEqual([
      "gcache on web1 holds only 51m of writes, and web3's last restart took 1h: the next one may end in a full copy (SST)",
    ]);
  });

  it("does not take a day's repair for a restart", () => {
    expect(writing(MB / 48, 10 * 60 * MINUTE_MS)).toEqual([]);
  });

  it("reads no restart where the unit has not left active since the host booted", () => {
    const { facts } = look({});
    expect(facts.members.map((member) => member.unit.state === "known" && member.unit.value.lastOutMs)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});
