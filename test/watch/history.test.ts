import { describe, expect, it } from "vitest";
import { storiesOf } from "../../src/safety/stories.ts";
import type { Finding } from "../../src/systems/finding.ts";
import type { StateLine } from "../../src/systems/state-line.ts";
import { noticed, NOTHING_SEEN, type RoomLook } from "../../src/watch/history.ts";
import { eventWords } from "../../src/watch/event.ts";

const disk: Finding = {
  id: "host.disk",
  severity: "warning",
  subject: "web2 /",
  host: "web2",
  text: "/ on web2 is 91% full",
  evidence: ["host.disks@web2"],
};

const stopped: Finding = {
  id: "galera.member_down",
  severity: "critical",
  subject: "web3",
  host: "web3",
  text: "MariaDB on web3 stopped",
  evidence: ["galera.view@web3"],
};

const member: StateLine = {
  subject: "web3",
  host: "web3",
  state: "stopped",
  severity: "critical",
  says: ["galera.member_down"],
  evidence: ["galera.view@web3"],
};

const room = (system: RoomLook["system"], findings: readonly Finding[], more: Partial<RoomLook> = {}): RoomLook => ({
  system,
  states: [],
  found: findings,
  findings,
  ...more,
});

const watching = () => {
  let memory = NOTHING_SEEN;
  let answers = 0;
  const told: string[] = [];
  return {
    told,
    look: (rooms: readonly RoomLook[]) => {
      answers += 1;
      const stories = storiesOf(rooms.flatMap(({ findings }) => findings));
      const counts = new Map(["host.disks@web2", "galera.view@web3"].map((key) => [key, answers]));
      const seen = noticed(memory, rooms, stories, counts, answers * 2_000);
      ({ memory } = seen);
      told.push(...seen.events.map((event) => `${event.system} ${event.severity} ${eventWords(event)}`));
    },
  };
};

describe("findings in the timeline", () => {
  it("come and go as lines where no state says them", () => {
    const { told, look } = watching();
    look([room("host", [])]);
    look([room("host", [disk])]);
    look([room("host", [disk])]);
    look([room("host", [])]);
    expect(told).toEqual(["host warning / on web2 is 91% full", "host ok over: / on web2 is 91% full"]);
  });

  it("are not said to begin when they were there from the start, though they were held back then", () => {
    const { told, look } = watching();
    look([room("host", [], { found: [disk] })]);
    look([room("host", [disk])]);
    expect(told).toEqual([]);
    look([room("host", [])]);
    expect(told).toEqual(["host ok over: / on web2 is 91% full"]);
  });

  it("are left out where a state says the same", () => {
    const { told, look } = watching();
    look([room("galera", [], { states: [{ ...member, state: "Synced", severity: "ok" }] })]);
    look([room("galera", [stopped], { states: [member] })]);
    look([room("galera", [], { states: [{ ...member, state: "Synced", severity: "ok" }] })]);
    expect(told).toEqual(["galera critical Synced → stopped", "galera ok stopped → Synced"]);
  });

  it("are left out where another explains them, also when that goes first", () => {
    const { told, look } = watching();
    const consequence: Finding = {
      ...disk,
      id: "web.workers",
      subject: "web2",
      text: "all workers busy",
      explainedBy: [{ id: "host.disk", host: "web2" }],
    };
    look([room("host", []), room("web", [])]);
    look([room("host", [disk]), room("web", [consequence])]);
    look([room("host", []), room("web", [consequence])]);
    look([room("host", []), room("web", [])]);
    expect(told).toEqual(["host warning / on web2 is 91% full", "host ok over: / on web2 is 91% full"]);
  });

  it("are told again when they get worse, and not when they get better", () => {
    const { told, look } = watching();
    const worse: Finding = { ...disk, severity: "critical", text: "/ on web2 is 96% full" };
    look([room("host", [])]);
    for (const each of [disk, worse, disk]) look([room("host", [each])]);
    expect(told).toEqual(["host warning / on web2 is 91% full", "host critical / on web2 is 96% full"]);
  });

  it("are left out when they are remarks, or say no more than that a host is out of sight", () => {
    const { told, look } = watching();
    const gone: StateLine = {
      subject: "web2",
      host: "web2",
      state: "unknown (network)",
      severity: "unknown",
      says: [],
      evidence: [],
    };
    const remark: Finding = { ...disk, severity: "info" };
    const dark: Finding = { ...disk, id: "gluster.mount_odd", severity: "unknown" };
    look([room("host", [], { states: [gone] })]);
    look([room("host", [remark], { states: [gone] }), room("gluster", [dark])]);
    expect(told).toEqual([]);
  });
});
