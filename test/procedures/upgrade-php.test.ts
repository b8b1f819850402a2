import { describe, expect, it } from "vitest";
import type { Action, Reads } from "../../src/procedures/procedure.ts";
import type { HostPlan, UpgradePlan } from "../../src/procedures/upgrade/host-plan.ts";
import { phpVersionsOn } from "../../src/procedures/upgrade/php-steps.ts";
import { upgradeProcedure } from "../../src/procedures/upgrade/procedure.ts";
import { hostReply, shop } from "../systems/kit.ts";
import { pictureOf } from "../ui/fixtures/picture.ts";
import { NOBODY_TO_ASK } from "./bench.ts";

/** What `find` says: the module of 8.2 is gone and enabled, that of 8.4 is there. */
const LOST = [
  "/usr/lib/apache2/modules/libphp8.4.so\tf\tf",
  "/etc/apache2/mods-available/php8.4.load\tf\tf",
  "/etc/apache2/mods-enabled/php8.2.load\tl\tN",
  "/etc/apache2/mods-enabled/mpm_prefork.load\tl\tf",
];
const WELL = [...LOST.slice(0, 2), "/etc/apache2/mods-enabled/php8.4.load\tl\tf", LOST[3]];

const saying = (lines: readonly (string | undefined)[]): Reads => ({
  ask: async () => ({ ok: true, reply: hostReply(`${lines.join("\n")}\n`) }),
});

const target: HostPlan = {
  host: "web2",
  balancer: false,
  places: [],
  writes: [],
  out: [],
  manager: "apt",
  all: true,
  changes: [{ name: "libapache2-mod-php8.2", from: "8.2", to: "8.2" }],
  php: ["8.2", "8.4"],
  needsBytes: 1,
};
const plan: UpgradePlan = {
  run: "x",
  hosts: [target],
  dumps: [],
  endWriters: false,
  settleMs: 1,
  waitMs: 1,
  reboot: false,
  conffiles: "keep",
  mountsApart: true,
  leftOut: [],
  warnings: [],
};

const stepOf = (php: readonly string[], id: string) =>
  upgradeProcedure({ ...plan, hosts: [{ ...target, php }] }, shop).steps.find((step) => step.id === `web2 ${id}`);

const known = <T>(value: T) => ({ state: "known" as const, value, atMs: 10 });
const SILENT = { state: "unknown" as const, reason: "timeout" as const, detail: "it does not answer" };

const view = { cluster: shop, picture: pictureOf(), freshAfterMs: 0 };

const toSend = async (reads: Reads): Promise<readonly string[]> => {
  const switches = (stepOf(target.php, "php-switch")?.actions ?? []).filter(({ id }) => id.includes("php"));
  const sent = await Promise.all(
    switches.map(async (action: Action) => ((await action.already(view, reads)) === true ? [] : [action.id])),
  );
  return sent.flat();
};

describe("PHP that an upgrade has lost", () => {
  it("is a choice at its gate, and the switch is left out unless it was chosen", () => {
    expect(stepOf(target.php, "php")?.late?.map(({ id }) => id)).toEqual(["php", "wait", "again", "give-up", "stop"]);
    const when = stepOf(target.php, "php-switch")?.when;
    expect(when?.(new Map())).toBe(false);
    expect(when?.(new Map([["web2 php", "php"]]))).toBe(true);
    expect(when?.(new Map([["web3 php", "php"]]))).toBe(false);
    // Apache is started anew by the next step: told to while it still stops, it would be left as it is.
    expect(stepOf(target.php, "php-switch")?.after.map(({ id }) => id)).toEqual(["php-module", "units-down"]);
  });

  it("is not waited for where none is seen: FPM may be unnamed, or the pages without PHP", () => {
    const gate = stepOf([], "php")?.after[0];
    const said = (php: object) => {
      const picture = pictureOf();
      const facts = {
        service: "nginx",
        origins: [
          {
            host: "web2",
            unit: SILENT,
            fpm: [],
            config: SILENT,
            php: known(php),
            health: SILENT,
            code: SILENT,
            page: SILENT,
          },
        ],
      };
      const systems = picture.systems.map((system) => (system.id === "web" ? { ...system, facts } : system));
      return gate?.watch(NOBODY_TO_ASK)({ cluster: shop, picture: { ...picture, systems }, freshAfterMs: 0 }).state;
    };
    const none = { how: "none", installed: [], enabled: [], lost: [], dangling: [], mpms: [] };
    expect(said(none)).toBe("open");
    expect(said({ ...none, lost: ["8.2"] })).toBe("closed");
  });

  it("is no choice where no version is known", () => {
    expect(stepOf([], "php")?.late?.map(({ id }) => id)).not.toContain("php");
    expect(stepOf([], "php-switch")).toBeUndefined();
  });

  it("switches the lost module off and the one that is there on, and nothing where all is well or nothing is known", async () => {
    expect(await toSend(saying(LOST))).toEqual(["disable php8.2", "enable php8.4"]);
    expect(await toSend(saying(WELL))).toEqual([]);
    expect(await toSend(NOBODY_TO_ASK)).toEqual([]);
  });

  it("thinks of what is enabled, of what is there and of what comes with the packages", async () => {
    const coming = { upgrades: [], installs: ["libapache2-mod-php8.5", "php8.5-cli"], removals: [], heldBack: 0 };
    expect(await phpVersionsOn("web2", coming, saying(LOST))).toEqual(["8.2", "8.4", "8.5"]);
    expect(await phpVersionsOn("web2", coming, NOBODY_TO_ASK)).toEqual([]);
  });
});
