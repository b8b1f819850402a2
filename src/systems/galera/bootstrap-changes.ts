import { notParsed, parsed, type HostCommand, type Parsed } from "../../connect/command.ts";
import type { HostReply } from "../../connect/reply.ts";
import type { Cluster, GaleraConfig } from "../../inventory/cluster.ts";
import { allow, type Allowed } from "../allowed.ts";
import { allowJob } from "../host/jobs.ts";
import { firstLine, shortText, wholeNumber } from "../text.ts";
import type { DatadirParams, FlavourParams } from "./commands.ts";

/** Where a stopped member's data stands. */
export interface Position {
  readonly uuid: string;
  readonly seqno: number;
}

const WHY = "only root starts and stops the database, and reads what it left";

/**
 * What recovery finds in a stopped member's tables, which is what every ordinary start looks up first; InnoDB's own log
 * is replayed by it, nothing else is touched. Never of a member that runs: two servers on one data directory.
 */
export const recoveredPosition: HostCommand<Position, FlavourParams, "read"> = {
  id: "galera.recovered_position",
  kind: "host",
  effect: "read",
  lane: "own",
  asks: "The position in a stopped member's own tables (wsrep-recover)",
  privilege: { need: "root", why: WHY },
  deadlineMs: 180_000,
  argv: ({ flavour }) =>
    flavour === "mariadb"
      ? ["/usr/bin/galera_recovery"]
      : // Its log goes where nothing else was named, to stderr, and the position is a note: left out by default.
        ["/usr/sbin/mysqld", "--user=mysql", "--wsrep-recover", "--skip-log-error", "--log-error-verbosity=3"],
  parse: (reply) => parsePosition(reply),
};

/** `--wsrep_start_position=UUID:SEQNO` (galera_recovery), `Recovered position: UUID:SEQNO` (the server's log). */
export const parsePosition = ({ exitCode, stdout, stderr }: HostReply): Parsed<Position> => {
  const said = `${stdout}\n${stderr}`;
  const match =
    /(?:start_position=|[Rr]ecovered position:?\s*)([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}):(-?\d+)/.exec(said);
  if (match === null)
    return notParsed("failed", firstLine(stderr, `recovery ended with ${exitCode} and named no position`));
  const seqno = wholeNumber(match[2]);
  return seqno === undefined
    ? notParsed("failed", "recovery found no position: its data was never complete, or is lost")
    : parsed({ uuid: shortText(match[1] ?? "", 36), seqno });
};

const done = ({ exitCode, stderr }: HostReply): Parsed<void> =>
  exitCode === 0 ? parsed(undefined) : notParsed("failed", firstLine(stderr, `it ended with ${exitCode}`));

/** The flag without which Galera refuses to begin a cluster here; set where the newest data was found to be. */
export const markSafe: HostCommand<void, DatadirParams & { readonly safe: boolean }, "change"> = {
  id: "galera.mark_safe_to_bootstrap",
  kind: "host",
  effect: "change",
  lane: "own",
  asks: "Says in grastate.dat whether a cluster may begin from this member",
  privilege: { need: "root", why: WHY },
  deadlineMs: 10_000,
  argv: ({ datadir, safe }) => [
    "/usr/bin/sed",
    "-i",
    `s/^safe_to_bootstrap:.*/safe_to_bootstrap: ${safe ? 1 : 0}/`,
    `${datadir}/grastate.dat`,
  ],
  parse: done,
};

interface UnitParams {
  readonly unit: string;
}

const order = (id: string, asks: string, deadlineMs: number, words: readonly string[]) =>
  ({
    id,
    kind: "host",
    effect: "change",
    lane: "own",
    asks,
    privilege: { need: "root", why: WHY },
    deadlineMs,
    argv: ({ unit }) => ["/usr/bin/systemctl", ...words, unit],
    parse: done,
  }) satisfies HostCommand<void, UnitParams, "change">;

/** Ordered, not waited for: a state transfer may take hours, and goes on when the line is lost. */
export const startMember = order("galera.start_member", "Has systemd start a member", 15_000, ["--no-block", "start"]);

/** A member that failed too often is not started again before this. */
export const forgetFailure = order("galera.forget_failure", "Forgets that a member's unit has failed", 10_000, [
  "reset-failed",
]);

export const stopMember = order("galera.stop_member", "Stops a member in order", 120_000, ["stop"]);

/** The unit of a member that a cluster begins on. */
export const bootstrapUnit = ({ flavour, service }: Pick<GaleraConfig, "flavour" | "service">): string =>
  flavour === "mariadb" ? service : `${service}@bootstrap`;

/** What begins a new cluster on one member, as each flavour's packages do it. */
export const bootstrapArgv = (galera: Pick<GaleraConfig, "flavour" | "service">): readonly string[] =>
  galera.flavour === "mariadb"
    ? ["/usr/bin/galera_new_cluster"]
    : ["/usr/bin/systemctl", "start", `${bootstrapUnit(galera)}.service`];

export const allowedToBootstrap = ({ galera }: Pick<Cluster, "galera">): readonly Allowed[] =>
  (galera?.members ?? []).flatMap(({ host }) => {
    if (galera === undefined) return [];
    const { datadir, flavour, service } = galera;
    const units = [...new Set([service, bootstrapUnit(galera)])].map((unit) => ({ unit }));
    return [
      ...allow(recoveredPosition, host, { flavour }),
      ...allow(markSafe, host, { datadir, safe: true }, { datadir, safe: false }),
      ...allow(startMember, host, { unit: service }),
      ...allow(forgetFailure, host, ...units),
      ...allow(stopMember, host, ...units),
      ...allowJob(host, { argv: bootstrapArgv(galera) }),
    ];
  });
