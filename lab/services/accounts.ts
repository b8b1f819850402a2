import type { Role } from "../../src/inventory/cluster.ts";
import { grantsOf } from "../cluster/grants.ts";
import { ACCOUNTS } from "../cluster/inventory.ts";
import { balancers, NETWORK, webHosts } from "../topology.ts";
import type { Secrets } from "../cluster/secrets.ts";
import { sql } from "./galera.ts";

/** By SSH tunnel or socket a connection comes from the host itself, directly from the machine's bridge address. */
const HOSTS = ["localhost", "127.0.0.1", NETWORK.machineAddress.replace(/\d+$/, "%")];

const account = (user: string, from: string, password: string, grants: readonly string[]): string => {
  const who = `'${user}'@'${from}'`;
  return [
    `CREATE USER IF NOT EXISTS ${who};`,
    `ALTER USER ${who} IDENTIFIED BY '${password}';`,
    ...grants.map((grant) => `GRANT ${grant} TO ${who};`),
  ].join("\n");
};

/** One of midwatch's: exactly what `midwatch grants` prints, and nothing that an earlier version had. */
const watcher = (role: Role, from: string, secrets: Secrets): string => {
  const { sqlUser, sqlSecret } = ACCOUNTS[role];
  const grants = grantsOf(role).sql[0]?.grants ?? [];
  const made = account(sqlUser, from, secrets[sqlSecret], []);
  return [
    made,
    `REVOKE ALL PRIVILEGES, GRANT OPTION FROM '${sqlUser}'@'${from}';`,
    account(sqlUser, from, secrets[sqlSecret], grants),
  ].join("\n");
};

/** SQL accounts with this run's passwords; written once on one member, replicated to the others. */
export const setAccounts = async (secrets: Secrets): Promise<void> => {
  const statements = [
    ...HOSTS.flatMap((from) => [watcher("operator", from, secrets), watcher("viewer", from, secrets)]),
    ...[...webHosts, ...balancers].map(({ address }) =>
      account("shop", address, secrets["sql-app"], ["SELECT, INSERT, UPDATE, DELETE ON shop.*"]),
    ),
    "CREATE USER IF NOT EXISTS clustercheck@localhost IDENTIFIED VIA unix_socket;",
  ];
  await sql(statements.join("\n"));
};
