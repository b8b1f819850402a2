import { notParsed, parsed, type HostCommand } from "../../connect/command.ts";
import { varying } from "../../connect/vary.ts";
import type { Cluster } from "../../inventory/cluster.ts";
import { allow, type Allowed } from "../allowed.ts";
import { allowJobs } from "./jobs.ts";
import { allowUpgrades } from "./upgrade-allowed.ts";
import { allowRestarts } from "./units.ts";
import { firstLine } from "../text.ts";

/** A line in the host's own log, so that whoever looks there finds out who was at it. */
export const logLine: HostCommand<void, { readonly text: string }, "change"> = {
  id: "host.log_line",
  kind: "host",
  effect: "change",
  lane: "own",
  asks: "Writes a line about a change into the host's own log",
  privilege: { need: "login" },
  deadlineMs: 5_000,
  argv: ({ text }) => ["logger", "-t", "midwatch", "--", text],
  parse: ({ exitCode, stderr }) =>
    exitCode === 0 ? parsed(undefined) : notParsed("failed", firstLine(stderr, `logger ended with ${exitCode}`)),
};

export const allowedOnHosts = (cluster: Cluster): readonly Allowed[] =>
  cluster.hosts.flatMap(({ name }) => [
    ...allow(logLine, name, { text: varying(".*", "alex@bastion: set server web/web2 state drain") }),
    ...allowJobs(name),
    ...allowUpgrades(name, cluster),
    ...allowRestarts(name, "cron.service"),
    ...allowRestarts(name, "crond.service"),
  ]);
