import type { Secrets } from "../cluster/secrets.ts";
import { inHost } from "../hosts/process.ts";
import { labError } from "../machine/error.ts";
import { hostNamed, type LabHost } from "../topology.ts";

/** A fault of the kind operators meet, made on real daemons. */
export interface Incident {
  readonly name: string;
  /** What was done, in one line. */
  readonly what: string;
  /** Returns when the fault is there, not when it has been seen. */
  readonly breakIt: (secrets: Secrets) => Promise<unknown>;
  /** Undoes exactly that; returns when what was broken is well again, as its daemons say. */
  readonly healIt: (secrets: Secrets) => Promise<unknown>;
}

export const host = (name: string): LabHost => {
  const found = hostNamed(name);
  if (found === undefined) throw labError(`the lab has no ${name}`);
  return found;
};

/** Units that incidents leave running; `reset` stops them by this name. */
export const INCIDENT_UNITS = "incident-*";

/** Keeps a shell script running on a host until it is stopped, as a unit whose name says what it is. */
export const keepDoing = (on: LabHost, name: string, script: string): Promise<string> =>
  inHost(on, `systemd-run --quiet --collect --unit=incident-${name} sh -c "$(cat)"`, { input: script });

export const stopDoing = (on: LabHost, name: string): Promise<string> =>
  inHost(on, `systemctl stop incident-${name} 2>/dev/null; true`);
