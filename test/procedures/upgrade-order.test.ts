import { describe, expect, it } from "vitest";
import type { Gate, Reads, Step } from "../../src/procedures/procedure.ts";
import { planFromParams, type UpgradePlan } from "../../src/procedures/upgrade/host-plan.ts";
import { upgradeProcedure } from "../../src/procedures/upgrade/procedure.ts";
import type { View } from "../../src/procedures/view.ts";
import type { SystemId } from "../../src/systems/system.ts";
import { hostReply, shop } from "../systems/kit.ts";
import { pictureOf } from "../ui/fixtures/picture.ts";
import { NOBODY_TO_ASK } from "./bench.ts";

const known = <T>(value: T, atMs = 10) => ({ state: "known" as const, value, atMs });
const SILENT = { state: "unknown" as const, reason: "timeout" as const, detail: "it does not answer" };

const viewOf = (facts: Partial<Record<SystemId, unknown>>): View => {
  const picture = pictureOf();
  const systems = picture.systems.map((system) =>
    facts[system.id] === undefined ? system : { ...system, facts: facts[system.id] },
  );
  return { cluster: shop, picture: { ...picture, systems }, freshAfterMs: 5 };
};

const PLAN: UpgradePlan = {
  run: "x",
  hosts: [
    {
      host: "web2",
      balancer: false,
      places: [],
      writes: [],
      out: [],
      manager: "apt",
      all: true,
      changes: ["mariadb-server", "glusterfs-server"].map((name) => ({ name, from: "1", to: "2" })),
      php: [],
      needsBytes: 1,
    },
  ],
  dumps: [],
  endWriters: false,
  settleMs: 1,
  waitMs: 1,
  reboot: true,
  conffiles: "keep",
  mountsApart: true,
  leftOut: [],
  warnings: [],
};

const step = (id: string, plan = PLAN): Step | undefined =>
  upgradeProcedure(plan, shop).steps.find((each) => each.id === `web2 ${id}`);

const gateOf = (id: string, side: "before" | "after", gate: string): Gate => {
  const found = step(id)?.[side].find((each) => each.id === gate);
  if (found === undefined) throw new Error(`${id} has no gate ${gate}`);
  return found;
};

const member = (host: string, view: unknown) => ({
  host,
  weight: 1,
  presence: SILENT,
  view,
  settings: SILENT,
  unit: SILENT,
  grastate: SILENT,
  flowControlPaused: SILENT,
  certFailuresPerSecond: SILENT,
  bfAbortsPerSecond: SILENT,
  conflictsPerSecond: SILENT,
  backlog: SILENT,
  writesPerSecond: SILENT,
  lagWriteSets: SILENT,
  gcache: SILENT,
});

const seeing = (size: number, more: object = {}) =>
  known({
    wsrepOn: true,
    clusterStatus: "Primary",
    primary: true,
    connected: true,
    ready: true,
    state: 4,
    stateComment: "Synced",
    size,
    confId: 7,
    clusterUuid: "u",
    localUuid: "l",
    addresses: [],
    sendQueue: 0,
    recvQueue: 0,
    desync: false,
    readOnly: false,
    rejectsQueries: false,
    version: "",
    providerVersion: "",
    counters: {},
    ...more,
  });

const galera = (web1: unknown, web3: unknown) => ({
  flavour: "mariadb",
  expectedSize: 3,
  arbitrators: 0,
  members: [member("web1", web1), member("web2", SILENT), member("web3", web3)],
  groups: [],
  primarySize: SILENT,
  writers: SILENT,
  audit: SILENT,
});

/** A volume with a brick on each web host; `online` by host, in their order. */
const gluster = (online: readonly unknown[], pending: number, more: object = {}) => ({
  hosts: [],
  strangers: [],
  mounts: [],
  volumes: [
    {
      name: "data",
      expected: true,
      info: SILENT,
      bricks: online.map((each, at) => ({
        host: `web${at + 1}`,
        path: "/bricks/data",
        arbiter: false,
        connected: SILENT,
        process: SILENT,
        online: each,
        pending: SILENT,
      })),
      pending: known({ count: pending, splitBrain: 0, silentBricks: 0 }),
      trend: SILENT,
      splitBrain: SILENT,
    },
  ],
  ...more,
});

const host = (required: boolean) => ({
  hosts: [{ ...HOST, reboot: known({ required, because: ["a package asked for it"] }) }],
});
const HOST = {
  host: "web2",
  address: "web2",
  roles: [],
  connection: SILENT,
  roundTripMs: SILENT,
  load: SILENT,
  memory: SILENT,
  uptimeMs: SILENT,
  clock: SILENT,
  disks: SILENT,
  failedUnits: SILENT,
  packageRun: SILENT,
  packages: SILENT,
  packageListsAgeMs: SILENT,
};

const says = (gate: Gate, facts: Partial<Record<SystemId, unknown>>) => gate.watch(NOBODY_TO_ASK)(viewOf(facts)).state;

describe("a database member that is to leave for its packages", () => {
  it("is not stopped while another is down, unknown, a donor or of another mind; nothing passes that", () => {
    const gate = gateOf("stop-database", "before", "others-go-on");
    expect(gate.overridable).toBeUndefined();
    expect(says(gate, { galera: galera(seeing(3), seeing(3)) })).toBe("open");
    expect(says(gate, { galera: galera(seeing(3), SILENT) })).toBe("unknown");
    const donor = seeing(3, { state: 2, stateComment: "Donor/Desynced" });
    expect(says(gate, { galera: galera(seeing(3), donor) })).toBe("waiting");
    expect(says(gate, { galera: galera(seeing(3), seeing(3, { primary: false })) })).toBe("waiting");
    expect(says(gate, { galera: galera(seeing(3), seeing(2)) })).toBe("waiting");
    expect(says(gate, {})).toBe("unknown");
  });

  it("has left when the others do not count it any more, and its unit is down", () => {
    expect(step("stop-database")?.after.map(({ id }) => id)).toEqual(["units-down", "others-primary"]);
    const gate = gateOf("stop-database", "after", "others-primary");
    expect(says(gate, { galera: galera(seeing(3), seeing(3)) })).toBe("waiting");
    expect(says(gate, { galera: galera(seeing(2), seeing(2)) })).toBe("open");
  });
});

describe("a unit that was told to stop", () => {
  const systemd = (active: string, loaded = "loaded"): Reads => ({
    ask: async () => ({
      ok: true,
      reply: hostReply(`Id=mariadb.service\nLoadState=${loaded}\nActiveState=${active}\nSubState=x\nResult=success\n`),
    }),
  });
  const state = async (reads: Reads) => {
    const look = gateOf("stop-database", "after", "units-down").watch(reads);
    look(viewOf({}));
    await new Promise(setImmediate);
    return look(viewOf({})).state;
  };

  it("has stopped when systemd says so, also when it failed on its way; while it stops it is waited for", async () => {
    expect(await state(systemd("active"))).toBe("waiting");
    expect(await state(systemd("deactivating"))).toBe("waiting");
    expect(await state(systemd("inactive"))).toBe("open");
    expect(await state(systemd("failed"))).toBe("open");
    expect(await state(systemd("inactive", "not-found"))).toBe("closed");
    expect(await state(NOBODY_TO_ASK)).toBe("unknown");
  });
});

describe("volumes that are taken apart", () => {
  const [ON, OFF] = [known(true), known(false)];

  it("only while every file is whole elsewhere", () => {
    const gate = gateOf("stop-gluster", "before", "files-elsewhere");
    expect(says(gate, { gluster: gluster([ON, ON, ON], 0) })).toBe("open");
    expect(says(gate, { gluster: gluster([ON, ON, ON], 3) })).toBe("waiting");
    expect(says(gate, { gluster: gluster([ON, ON, OFF], 0) })).toBe("waiting");
    expect(says(gate, { gluster: gluster([ON, ON, SILENT], 0) })).toBe("unknown");
    expect(says(gate, { gluster: gluster([], 0) })).toBe("unknown");
    expect(says(gate, {})).toBe("unknown");
  });

  it("go on where their own bricks are down already, whatever those have missed", () => {
    const gate = gateOf("stop-gluster", "before", "files-elsewhere");
    expect(says(gate, { gluster: gluster([ON, OFF, ON], 40) })).toBe("open");
    expect(says(gate, { gluster: gluster([OFF, OFF, ON], 40) })).toBe("waiting");
  });

  it("are unmounted before the processes that serve them end, and mounted when glusterd answers again", () => {
    const ids = upgradeProcedure(PLAN, shop).steps.map(({ id }) => id.replace("web2 ", ""));
    const those = ids.filter((id) => ["stop-web", "unmount", "stop-gluster", "start-gluster", "start"].includes(id));
    expect(those).toEqual(["stop-web", "unmount", "stop-gluster", "start-gluster", "start"]);
    const mount = (state: string) => [
      { host: "web2", volume: "data", path: "/data", mounted: known({ state }), space: SILENT },
    ];
    const unmounted = gateOf("unmount", "after", "unmounted");
    expect(says(unmounted, { gluster: gluster([], 0, { mounts: mount("right") }) })).toBe("waiting");
    expect(says(unmounted, { gluster: gluster([], 0, { mounts: mount("absent") }) })).toBe("open");
    expect(says(unmounted, {})).toBe("unknown");
    expect(says(gateOf("unmount", "before", "mounts-known"), {})).toBe("unknown");
    const unit = (active: string) =>
      known({ id: "glusterd", loaded: true, active, sub: "", result: "", enabled: "", says: "" });
    const daemon = (active: string, connected: boolean, bricks: number) => ({
      hosts: [
        {
          host: "web2",
          peer: known({ connected, state: "" }),
          daemon: unit(active),
          selfHeal: SILENT,
          brickProcesses: known(bricks),
          version: SILENT,
        },
      ],
    });
    const answers = gateOf("start-gluster", "after", "glusterd-answers");
    expect(says(answers, { gluster: gluster([], 0, daemon("activating", true, 0)) })).toBe("waiting");
    expect(says(answers, { gluster: gluster([], 0, daemon("active", false, 0)) })).toBe("waiting");
    expect(says(answers, { gluster: gluster([], 0, daemon("active", true, 0)) })).toBe("open");
    const ended = gateOf("stop-gluster", "after", "bricks-stopped");
    expect(says(ended, { gluster: gluster([], 0, daemon("inactive", false, 2)) })).toBe("waiting");
    expect(says(ended, { gluster: gluster([], 0, daemon("inactive", false, 0)) })).toBe("open");
  });

  it("as an older journal has them: a change of its is found again where it was made", () => {
    const { params } = upgradeProcedure(PLAN, shop);
    const { mountsApart: _, ...settings }: Record<string, unknown> = JSON.parse(params["settings"] ?? "");
    const old = planFromParams({ ...params, settings: JSON.stringify(settings) });
    expect(old).toMatchObject({ mountsApart: false });
    if (old === undefined) return;
    expect(step("unmount", old)).toBeUndefined();
    expect(step("stop-gluster", old)?.actions.map(({ id }) => id)).toContain("unmount /data");
    expect(step("unmount")?.actions.map(({ id }) => id)).toEqual(["unmount /data", "unmount /wp-core"]);
  });
});

describe("a reboot", () => {
  it("is not sent while the database or the files could not do without the host; nothing passes that", () => {
    const database = gateOf("reboot", "before", "others-go-on");
    const files = gateOf("reboot", "before", "files-elsewhere");
    expect([database.overridable, files.overridable]).toEqual([undefined, undefined]);
    const facts = { galera: galera(seeing(2), SILENT), gluster: gluster([known(true), known(true), known(false)], 0) };
    expect(says(database, { ...facts, host: host(true) })).toBe("unknown");
    expect(says(files, { ...facts, host: host(true) })).toBe("waiting");
    expect(says(database, { ...facts, host: host(false) })).toBe("open");
    expect(says(files, { ...facts, host: host(false) })).toBe("open");
  });
});
