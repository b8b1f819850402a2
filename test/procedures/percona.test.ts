import { describe, expect, it } from "vitest";
import type { Ask } from "../../src/connect/command.ts";
import type { Cluster, GaleraConfig } from "../../src/inventory/cluster.ts";
import type { Sight } from "../../src/procedures/gates.ts";
import type { Gate, Procedure } from "../../src/procedures/procedure.ts";
import { restartKind } from "../../src/procedures/restart/kind.ts";
import { startUnitOn, stopFirstOn } from "../../src/procedures/upgrade/actions.ts";
import { unitsRun } from "../../src/procedures/upgrade/gates.ts";
import { unitsDown } from "../../src/procedures/upgrade/stopped-gates.ts";
import { allowedToChange } from "../../src/systems/galera/changes.ts";
import { hostReply, shop } from "../systems/kit.ts";
import { pictureOf } from "../ui/fixtures/picture.ts";
import { NOBODY_TO_ASK } from "./bench.ts";

const galera: GaleraConfig = {
  flavour: "percona",
  members: ["web1", "web2", "web3"].map((host) => ({ host, weight: 1 })),
  arbitrators: 0,
  user: "midwatch",
  via: "tunnel",
  port: 3306,
  socket: "/run/mysqld/mysqld.sock",
  datadir: "/var/lib/mysql",
  service: "mysql",
};
const cluster: Cluster = { ...shop, galera };
const VIEW = { cluster, picture: pictureOf(), freshAfterMs: 0 };
const BOTH = ["mysql", "mysql@bootstrap"];

/** systemd on a host, with each of the two units in this state. */
const systemd = (states: Readonly<Record<string, string>>): Sight => ({
  ...NOBODY_TO_ASK,
  ask: async (_target, { send }) => {
    const units = send.kind === "host" ? send.argv.filter((word) => word.startsWith("mysql")) : [];
    const blocks = units.map((unit) => {
      const id = unit.endsWith(".service") ? unit : `${unit}.service`;
      const active = states[id.replace(".service", "")] ?? "inactive";
      const at = active === "active" ? 5 : 0;
      return `Id=${id}\nLoadState=loaded\nActiveState=${active}\nSubState=x\nResult=success\nStateChangeTimestamp=Sat 2026-11-21 08:0${at}:00 UTC\n`;
    });
    return { ok: true, reply: hostReply(blocks.join("\n")) };
  },
});
const FIRST = systemd({ "mysql@bootstrap": "active" });
const OWN = systemd({ mysql: "active" });
const NONE = systemd({});

const says = async (gate: Gate, reads: Sight): Promise<string> => {
  const look = gate.watch(reads);
  look(VIEW);
  await new Promise(setImmediate);
  return look(VIEW).state;
};
const argvOf = ({ send }: Ask<"change">): string => (send.kind === "host" ? send.argv.join(" ") : "");

describe("Percona's member that its cluster began on", () => {
  it("is stopped by the unit it runs by, and never started by it again", async () => {
    const [stop] = stopFirstOn("web2", galera);
    expect(stop?.id).toBe("stop mysql@bootstrap");
    expect(argvOf(stop?.undo ?? stop?.ask ?? startUnitOn("web2", "?").ask)).toMatch(/start -- mysql$/);
    expect(await stop?.already(VIEW, FIRST)).toBe(false);
    expect(await stop?.already(VIEW, OWN)).toBe(true);
    expect(await says(unitsDown("web2", BOTH), FIRST)).toBe("waiting");
    expect(await says(unitsDown("web2", BOTH), NONE)).toBe("open");
    expect(stopFirstOn("web2", { flavour: "mariadb", service: "mariadb" })).toEqual([]);
  });

  it("runs when it runs by either, and is not started beside itself", async () => {
    expect(await says(unitsRun("web2", [BOTH]), FIRST)).toBe("open");
    expect(await says(unitsRun("web2", [BOTH]), OWN)).toBe("open");
    expect(await says(unitsRun("web2", [BOTH]), NONE)).toBe("waiting");
    const start = startUnitOn("web2", "mysql", ["mysql@bootstrap"]);
    expect(await start.already(VIEW, FIRST)).toBe(true);
    expect(await start.already(VIEW, NONE)).toBe(false);
    expect(await start.already(VIEW, NOBODY_TO_ASK)).toBeUndefined();
  });

  it("restarted, it is stopped, and started by its own unit, also from a journal", async () => {
    const planned = async (reads: Sight): Promise<Procedure> => {
      const options = new Map([
        ["service", "mysql"],
        ["how", "restart"],
      ]);
      const plan = await restartKind.plan({ subject: "web2", options, view: VIEW, reads });
      if (!plan.ok) throw new Error(plan.why);
      return plan.procedure;
    };
    const sends = ({ steps }: Procedure) => steps.flatMap(({ actions }) => actions.map(({ ask }) => argvOf(ask)));
    const procedure = await planned(FIRST);
    const wanted = [/--no-block stop -- mysql@bootstrap$/, /--no-block restart -- mysql\.service$/];
    expect(sends(procedure)).toEqual(wanted.map((text) => expect.stringMatching(text)));
    expect(procedure.title).toBe("restart of mysql on web2");
    const { params } = procedure;
    const again = await restartKind.replan({ subject: "web2", params, view: VIEW, reads: NOBODY_TO_ASK });
    expect(again.ok ? sends(again.procedure) : []).toEqual(sends(procedure));
    const asPlanned = procedure.steps[0]?.before.at(-1);
    expect(asPlanned === undefined ? "" : await says(asPlanned, FIRST)).toBe("open");
    expect(sends(await planned(OWN))).toEqual([wanted[1]].map((text) => expect.stringMatching(text ?? "")));
  });

  it("may be stopped by an operator's account", () => {
    const lines = allowedToChange(cluster).map((allowed) => JSON.stringify(allowed));
    expect(lines.filter((line) => line.includes("mysql@bootstrap"))).toHaveLength(3);
    expect(allowedToChange(shop).filter((allowed) => JSON.stringify(allowed).includes("@bootstrap"))).toEqual([]);
  });
});
