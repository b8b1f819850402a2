import { notParsed, parsed, type HostCommand } from "../../connect/command.ts";
import type { HostReply } from "../../connect/reply.ts";
import { allow, type Allowed } from "../allowed.ts";
import { firstLine } from "../text.ts";
import { parseUnits, unitArgv, type UnitState } from "../unit.ts";

export interface Units {
  readonly units: readonly string[];
}

/** Units as they are this moment: for gates, which do not wait for a probe's turn. */
export const unitStates: HostCommand<readonly UnitState[], Units, "read"> = {
  id: "host.unit_states",
  kind: "host",
  effect: "read",
  lane: "own",
  asks: "State of named units, and since when",
  privilege: { need: "login" },
  deadlineMs: 5_000,
  argv: ({ units }) => unitArgv(units),
  parse: parseUnits,
};

interface Unit {
  readonly unit: string;
}

const change = (
  id: string,
  asks: string,
  why: string,
  argv: (unit: string) => readonly string[],
): HostCommand<void, Unit, "change"> => ({
  id,
  kind: "host",
  effect: "change",
  lane: "own",
  asks,
  privilege: { need: "root", why },
  deadlineMs: 15_000,
  argv: ({ unit }) => ["/usr/bin/systemctl", ...argv(unit)],
  parse: ended,
});

const ended = ({ exitCode, stderr }: HostReply) =>
  exitCode === 0 ? parsed(undefined) : notParsed("failed", firstLine(stderr, `systemctl ended with ${exitCode}`));

/** Ordered, not waited for: systemd goes on with it when the line is lost, and a gate looks at what becomes of it. */
export const restartUnit = change("host.restart_unit", "Restarts a service", "services are root's", (unit) => [
  "--no-block",
  "restart",
  "--",
  unit,
]);

/** Takes up its configuration; who is being served is served to the end. */
export const reloadUnit = change(
  "host.reload_unit",
  "Has a service read its configuration",
  "services are root's",
  (unit) => ["--no-block", "reload", "--", unit],
);

/** And at every boot from now on. */
export const enableUnit = change(
  "host.enable_unit",
  "Starts a service, now and at boot",
  "services are root's",
  (unit) => ["enable", "--now", "--", unit],
);

export const disableUnit = change(
  "host.disable_unit",
  "Stops a service, now and at boot",
  "services are root's",
  (unit) => ["disable", "--now", "--", unit],
);

/** For a room's `allows`: its service may be restarted, and told to take up its configuration. */
export const allowRestarts = (host: string, unit: string): readonly Allowed[] => [
  ...allow(restartUnit, host, { unit }),
  ...allow(reloadUnit, host, { unit }),
];
