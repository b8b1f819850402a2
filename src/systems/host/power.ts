import { notParsed, parsed, type HostCommand } from "../../connect/command.ts";
import type { HostReply } from "../../connect/reply.ts";
import { firstLine } from "../text.ts";

const change = <P>(
  id: string,
  asks: string,
  argv: (params: P) => readonly string[],
): HostCommand<void, P, "change"> => ({
  id,
  kind: "host",
  effect: "change",
  lane: "own",
  asks,
  privilege: { need: "root", why: "services and the machine itself are root's" },
  deadlineMs: 15_000,
  argv: (params) => ["/usr/bin/systemctl", ...argv(params)],
  parse: ended,
});

const ended = ({ exitCode, stderr }: HostReply) =>
  exitCode === 0 ? parsed(undefined) : notParsed("failed", firstLine(stderr, `systemctl ended with ${exitCode}`));

interface Unit {
  readonly unit: string;
}

/** Ordered, not waited for: a database may take minutes, and a gate looks at what becomes of it. */
export const stopUnit = change<Unit>("host.stop_unit", "Stops a service in order", ({ unit }) => [
  "--no-block",
  "stop",
  "--",
  unit,
]);

export const startUnit = change<Unit>("host.start_unit", "Starts a service", ({ unit }) => [
  "--no-block",
  "start",
  "--",
  unit,
]);

/** Services are stopped in order by systemd itself; the connection breaks off, and its answer with it. */
export const rebootHost = change<void>("host.reboot", "Reboots a host", () => ["reboot"]);
