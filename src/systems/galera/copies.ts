import { notParsed, parsed, type HostCommand } from "../../connect/command.ts";
import { firstLine, shortText } from "../text.ts";

/**
 * A backup or a state transfer that reads the data now: while it runs the member is desynced on purpose. By the whole
 * command line, because what runs them is a shell.
 */
export const copiesUnderWay: HostCommand<readonly string[], void, "read"> = {
  id: "galera.copies",
  kind: "host",
  effect: "read",
  lane: "own",
  asks: "Whether a backup or a state transfer of the database runs",
  privilege: { need: "login" },
  deadlineMs: 5_000,
  argv: () => ["ps", "-ww", "-eo", "args="],
  parse: ({ exitCode, stdout, stderr }) => {
    if (exitCode !== 0) return notParsed("failed", firstLine(stderr, "ps failed"));
    const found = stdout.split("\n").flatMap((line) => COPY.exec(line)?.[1] ?? []);
    return parsed([...new Set(found.map((name) => shortText(name, 60)))]);
  },
};

const COPY = /(?:^|[\s/])(mariabackup|mariadb-backup|xtrabackup|wsrep_sst_\w+|mydumper|mysqldump|mariadb-dump)(?:\s|$)/;
