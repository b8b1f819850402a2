import { ask } from "../../connect/command.ts";
import type { GaleraConfig } from "../../inventory/cluster.ts";
import { bootstrapUnit } from "../../systems/galera/bootstrap-changes.ts";
import { glusterFactsSchema } from "../../systems/gluster/schema.ts";
import { mountVolume, stopBricks, unmountVolume } from "../../systems/gluster/changes.ts";
import { rebootHost, startUnit, stopUnit } from "../../systems/host/power.ts";
import { unitStates } from "../../systems/host/units.ts";
import { isPaused, pauseSync, resumeSync } from "../../systems/shadow/pause.ts";
import type { Action, Reads } from "../procedure.ts";
import { readOnce } from "../read-once.ts";
import { factsOf, fresh, type View } from "../view.ts";
import { rebootIsRequired } from "./gates.ts";

const isPausedOn = (host: string, script: string, wanted: boolean) => async (_view: View, reads: Reads) => {
  const paused = await readOnce(reads, host, isPaused, { script });
  return paused.ok ? paused.value === wanted : undefined;
};

export const pause = (host: string, script: string): Action => ({
  id: "pause the sync",
  target: host,
  ask: ask(pauseSync, { script }),
  undo: ask(resumeSync, { script }),
  already: isPausedOn(host, script, true),
});

export const resume = (host: string, script: string): Action => ({
  id: "resume the sync",
  target: host,
  ask: ask(resumeSync, { script }),
  already: isPausedOn(host, script, false),
});

/** Whether systemd has one of them as wanted; one that comes or goes is on its way and is not told again. */
const oneIs =
  (host: string, units: readonly string[], states: readonly string[]) => async (_view: View, reads: Reads) => {
    const said = await readOnce(reads, host, unitStates, { units });
    return said.ok ? said.value.some(({ active }) => states.includes(active)) : undefined;
  };

export const stopUnitOn = (host: string, unit: string): Action => ({
  id: `stop ${unit}`,
  target: host,
  ask: ask(stopUnit, { unit }),
  undo: ask(startUnit, { unit }),
  already: oneIs(host, [unit], ["inactive", "failed"]),
});

/** `siblings`: other units that run the same, one of which may be there in its place. */
export const startUnitOn = (host: string, unit: string, siblings: readonly string[] = []): Action => ({
  id: `start ${unit}`,
  target: host,
  ask: ask(startUnit, { unit }),
  already: oneIs(host, [unit, ...siblings], ["active", "activating", "reloading"]),
});

/**
 * The member that the cluster began on, where it still runs as that: Percona's has a unit of its own then. Never
 * started again by it: it would begin another cluster.
 */
export const stopFirstOn = (host: string, galera: Pick<GaleraConfig, "flavour" | "service">): readonly Action[] =>
  firstUnits(galera).map((unit) => ({ ...stopUnitOn(host, unit), undo: ask(startUnit, { unit: galera.service }) }));

/** The unit a cluster begins on, where it is another than the member's own. */
export const firstUnits = (galera: Pick<GaleraConfig, "flavour" | "service">): readonly string[] =>
  [bootstrapUnit(galera)].filter((unit) => unit !== galera.service);

const isMounted = (host: string, mount: string, view: View): boolean | undefined => {
  const seen = factsOf(view, "gluster", glusterFactsSchema)?.mounts.find(
    (each) => each.host === host && each.path === mount,
  );
  const now = seen === undefined ? undefined : fresh(seen.mounted, view);
  return now === undefined || now.state === "unknown" ? undefined : now.value.state === "right";
};

const not = (answer: boolean | undefined): boolean | undefined => (answer === undefined ? undefined : !answer);

export const unmount = (host: string, mount: string): Action => ({
  id: `unmount ${mount}`,
  target: host,
  ask: ask(unmountVolume, { mount }),
  undo: ask(mountVolume, { mount }),
  already: (view) => not(isMounted(host, mount, view)),
});

export const mountAgain = (host: string, mount: string): Action => ({
  id: `mount ${mount}`,
  target: host,
  ask: ask(mountVolume, { mount }),
  already: (view) => isMounted(host, mount, view),
});

/** glusterd starts them again, so nothing of its own takes it back. */
export const stopBricksOn = (host: string): Action => ({
  id: "stop the bricks",
  target: host,
  ask: ask(stopBricks, undefined),
  already: (view) => {
    const seen = factsOf(view, "gluster", glusterFactsSchema)?.hosts.find((each) => each.host === host);
    const now = seen === undefined ? undefined : fresh(seen.brickProcesses, view);
    return now === undefined || now.state === "unknown" ? undefined : now.value === 0;
  },
});

export const reboot = (host: string): Action => ({
  id: "reboot",
  target: host,
  ask: ask(rebootHost, undefined),
  already: (view) => not(rebootIsRequired(host, view)),
});
