import { ask } from "../../connect/command.ts";
import { isThere } from "../../systems/host/files.ts";
import { disableUnit, enableUnit, reloadUnit, restartUnit } from "../../systems/host/units.ts";
import {
  copyFolder,
  copySettings,
  disableConf,
  disableModule,
  enableConf,
  enableModule,
  moveBack,
  removeSettings,
} from "../../systems/web/changes.ts";
import { configTest } from "../../systems/web/commands.ts";
import { phpFiles, sameFile } from "../../systems/web/php-commands.ts";
import { startTest } from "../../systems/web/start-test.ts";
import { healthPageGood } from "../host-gates.ts";
import { lookingGate } from "../looking-gate.ts";
import type { Action, Choice as Decision, Gate, Procedure, Reads, Step } from "../procedure.ts";
import { readOnce } from "../read-once.ts";
import { asPlanned, loadedUnits, reload, restart, unitRuns, type UnitOnHost } from "../unit-actions.ts";
import type { Choice } from "./choose.ts";
import type { Copy } from "./settings.ts";

export interface PhpPlan {
  readonly choice: Choice;
  readonly copies: readonly Copy[];
  /** Apache's last change of state when this was planned, by the host's clock. */
  readonly sinceMs?: number | undefined;
  /** It ran, its configuration passed and its page was good: there is a way back to that. */
  readonly wasWell: boolean;
  readonly mustRestart: boolean;
  /** In the names of what is kept. */
  readonly stamp: string;
}

const APACHE = "apache2.service";
const RUN_MS = 60_000;

const LATE = {
  wait: { id: "wait", title: "wait as long again", leads: "wait" },
  "give-up": { id: "give-up", title: "give up: put the links and settings back", leads: "undo" },
  stop: { id: "stop", title: "stop here, as it is", leads: "stop" },
} as const satisfies Readonly<Record<string, Decision>>;

/** Switches modules, has Apache take them up, and waits until a page of PHP is good. */
export const phpProcedure = (host: string, plan: PhpPlan, warnings: readonly string[], mayBeAway: Gate): Procedure => {
  const apache: UnitOnHost = { host, unit: APACHE, sinceMs: plan.sinceMs };
  const kept = `/var/backups/apache2.before-midwatch-${plan.stamp}`;
  return {
    name: "php-module",
    subject: host,
    title: `PHP ${plan.choice.version} by ${plan.choice.way === "fpm" ? "FPM" : "its module"} on ${host}`,
    params: { plan: JSON.stringify(plan) },
    warnings,
    steps: [
      {
        id: "look",
        title: `may Apache on ${host} be touched`,
        why: "a host that serves nobody may be put in order at once; of any other the visitors must have somewhere to go",
        before: [mayBeAway, asPlanned(apache)],
        actions: [],
        after: [],
        stays: "nothing: nothing was sent",
      },
      keep(host, kept, plan),
      switchModules(host, kept, plan),
      takeUp(apache, plan),
    ],
    undone: plan.wasWell ? [configPasses(host), healthPageGood(host)] : [],
  };
};

const keep = (host: string, kept: string, plan: PhpPlan): Step => ({
  id: "keep",
  title: plan.copies.length === 0 ? "keep a copy" : "keep a copy, and carry settings over",
  why: "what is there can be read again tomorrow; an upgrade leaves the old version's settings behind in its own folder",
  before: [],
  actions: [keepFolder(host, kept), ...plan.copies.map((copy) => copyAction(host, copy, plan.stamp))],
  after: [],
  stays: `a copy in ${kept}${plan.copies.length === 0 ? "" : "; settings that the PHP to come reads; midwatch journal undo puts them back"}`,
});

const keepFolder = (host: string, kept: string): Action => ({
  id: `keep ${kept} on ${host}`,
  target: host,
  ask: ask(copyFolder, { from: "/etc/apache2", to: kept }),
  already: async (_view, reads) => {
    const there = await readOnce(reads, host, isThere, { path: kept });
    return there.ok ? there.value : undefined;
  },
});

const copyAction = (host: string, { from, to, replaces }: Copy, stamp: string): Action => {
  const suffix = `.before-midwatch-${stamp}`;
  return {
    id: `copy ${to} on ${host}`,
    target: host,
    ask: ask(copySettings, { from, to, suffix }),
    onlyKnown: true,
    undo: replaces ? ask(moveBack, { from: `${to}${suffix}`, to }) : ask(removeSettings, { path: to }),
    already: async (_view, reads) => {
      const same = await readOnce(reads, host, sameFile, { from, to });
      return same.ok ? same.value : undefined;
    },
  };
};

const switchModules = (host: string, kept: string, { choice }: PhpPlan): Step => ({
  id: "modules",
  title: `PHP ${choice.version} into Apache's configuration`,
  why: "Apache runs on meanwhile with what it has loaded",
  before: [],
  actions: [
    ...choice.modulesOff.map((name) => switched(host, name, "module", false, choice.lost.includes(name))),
    ...choice.confsOff.map((name) => switched(host, name, "conf", false)),
    ...choice.modulesOn.map((name) => switched(host, name, "module", true)),
    ...choice.confsOn.map((name) => switched(host, name, "conf", true)),
    ...(choice.way === "fpm" ? [fpmRuns(host, choice.version)] : []),
  ],
  after: [configPasses(host, choice)],
  late: [LATE["give-up"], LATE.stop],
  stays: `links are switched, Apache has not taken them up; before that they were as in ${kept}; midwatch journal undo switches them back`,
});

const SWITCHES = {
  module: { on: enableModule, off: disableModule },
  conf: { on: enableConf, off: disableConf },
} as const;

const switched = (host: string, name: string, what: keyof typeof SWITCHES, on: boolean, lost = false): Action => ({
  id: `${on ? "enable" : "disable"} ${name} on ${host}`,
  target: host,
  ask: ask(SWITCHES[what][on ? "on" : "off"], { name }),
  // A link to what is gone is not put back: it broke Apache.
  ...(lost ? {} : { undo: ask(SWITCHES[what][on ? "off" : "on"], { name }) }),
  already: async (_view, reads) => {
    const enabled = await isEnabled(host, name, reads);
    return enabled === undefined ? undefined : enabled === on;
  },
});

const isEnabled = async (host: string, name: string, reads: Reads): Promise<boolean | undefined> => {
  const files = await readOnce(reads, host, phpFiles, undefined);
  if (!files.ok) return undefined;
  const { enabledModules, enabledFpms, mpms, proxy, proxyFcgi, setenvif } = files.value;
  const enabled = new Set([
    ...enabledModules.map((version) => `php${version}`),
    ...enabledFpms.map((version) => `php${version}-fpm`),
    ...mpms.map((mpm) => `mpm_${mpm}`),
    ...(proxy ? ["proxy"] : []),
    ...(proxyFcgi ? ["proxy_fcgi"] : []),
    ...(setenvif ? ["setenvif"] : []),
  ]);
  return enabled.has(name);
};

const fpmRuns = (host: string, version: string): Action => {
  const unit = `php${version}-fpm.service`;
  return {
    id: `start ${unit} on ${host}`,
    target: host,
    ask: ask(enableUnit, { unit }),
    undo: ask(disableUnit, { unit }),
    already: async (_view, reads) => {
      const states = await loadedUnits(reads, host, [unit]);
      return states.ok
        ? states.value.some(({ active, enabled }) => active === "active" && enabled === "enabled")
        : undefined;
    },
  };
};

/** With `choice`: and it would run PHP the way that was chosen. */
const configPasses = (host: string, choice?: Choice): Gate =>
  lookingGate({
    id: "config-test",
    wanted: "Apache's configuration test passes",
    deadlineMs: 20_000,
    look: async (reads) => {
      const test = await readOnce(reads, host, configTest, { service: "apache2" });
      if (!test.ok) return { state: "unknown", value: test.problem };
      if (!test.value.passes) return { state: "closed", value: test.value.message };
      const { mpm, phpModule } = test.value;
      const start = await readOnce(reads, host, startTest, { service: "apache2" });
      if (!start.ok) return { state: "unknown", value: start.problem };
      if (!start.value.passes) return { state: "closed", value: start.value.message };
      const value = `passes, mpm_${mpm ?? "?"}, ${phpModule === true ? "with" : "without"} PHP's module`;
      const wanted = choice === undefined || phpModule === (choice.way === "module");
      return { state: wanted ? "open" : "closed", value };
    },
  });

const takeUp = (apache: UnitOnHost, { choice, mustRestart, wasWell }: PhpPlan): Step => ({
  id: "take-up",
  title: mustRestart ? "Apache restarts" : "Apache takes it up, gracefully",
  why: mustRestart
    ? "another MPM, another PHP in the same process or an Apache that failed needs a start of its own"
    : "who is being served is served to the end",
  before: [configPasses(apache.host, choice)],
  // Taken back, Apache takes up the links as they were; one that was broken goes on with what it has instead.
  actions: [
    {
      ...(mustRestart ? restart(apache) : reload(apache)),
      ...(wasWell ? { undo: ask(mustRestart ? restartUnit : reloadUnit, { unit: APACHE }), undoLast: true } : {}),
    },
  ],
  after: [unitRuns(apache, { restarted: mustRestart, deadlineMs: RUN_MS }), healthPageGood(apache.host)],
  late: [LATE.wait, LATE["give-up"], LATE.stop],
  stays: `Apache has been told to take it up; whether its pages are good is not known; midwatch journal undo goes back`,
});
