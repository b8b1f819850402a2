import { createHash } from "node:crypto";
import type { Duplex } from "node:stream";
import { createConnection } from "mysql2";
import { ACCOUNTS, VERSIONS, type NodeName } from "../layout.ts";
import type { Simulation } from "../simulation.ts";
import { answerSql, type SqlAnswer } from "./sql.ts";

/**
 * What a MariaDB offers, without TLS and compression: long flags, a first database, protocol 4.1, transactions, secure
 * connection, several statements and results, login plugins, attributes. LONG_PASSWORD (1) is left out: its absence
 * is how a client knows MariaDB from MySQL.
 */
const CAPABILITIES = [
  0x2, 0x4, 0x8, 0x200, 0x2000, 0x8000, 0x1_0000, 0x2_0000, 0x4_0000, 0x8_0000, 0x10_0000, 0x20_0000,
].reduce((all, flag) => all | flag, 0);
const UTF8MB4_GENERAL_CI = 45;
const AUTOCOMMIT = 2;
/** Column type VAR_STRING and the charset of its bytes. */
const VAR_STRING = 253;

let connections = 100;

/** Serves one client of a member: MySQL's protocol, with MySQL's native password check. */
export const serveMysql = (stream: Duplex, node: NodeName, simulation: Simulation, password: string): void => {
  connections += 1;
  const connection = createConnection({ stream, isServer: true });
  // A client that goes away is no event for a server.
  connection.on("error", () => undefined);
  const answer = (sql: string): void => {
    const world = simulation.now();
    write(answerSql(world, world.galera.members[node], sql));
  };
  const write = (result: SqlAnswer): void => {
    if (stream.destroyed) return;
    if (result.kind === "ok") connection.writeOk();
    else if (result.kind === "error") connection.writeError({ code: result.code, message: result.message });
    else {
      connection.writeTextResult(
        result.rows.map((row) => Object.fromEntries(result.columns.map((name, at) => [name, row[at] ?? null]))),
        result.columns.map(column),
      );
    }
    connection.sequenceId = 0;
  };
  connection.on("query", answer);
  // mysql2 hands SET over as if it were a prepared statement.
  connection.on("stmt_prepare", (sql: string) => {
    if (/^set /i.test(sql)) answer(sql);
    else
      write({
        kind: "error",
        code: 1_295,
        message: "This command is not supported in the prepared statement protocol yet",
      });
  });
  connection.on("ping", () => write({ kind: "ok" }));
  connection.on("init_db", () => write({ kind: "ok" }));
  connection.on("packet", (_packet: unknown, known: boolean) => {
    if (!known) write({ kind: "error", code: 1_047, message: "Unknown command" });
  });
  connection.serverHandshake({
    protocolVersion: 10,
    serverVersion: `5.5.5-${VERSIONS.mariadb}-MariaDB-0+deb12u1`,
    connectionId: connections,
    statusFlags: AUTOCOMMIT,
    characterSet: UTF8MB4_GENERAL_CI,
    capabilityFlags: CAPABILITIES,
    authCallback: (login: Login, done: (error: null, refusal?: { code: number; message: string }) => void) => {
      const allowed = login.user === ACCOUNTS.service && passwordFits(login, password);
      connection.sequenceId = 2;
      if (allowed) done(null);
      else {
        const using = login.authToken.length > 0 ? "YES" : "NO";
        done(null, {
          code: 1_045,
          message: `Access denied for user '${login.user}'@'localhost' (using password: ${using})`,
        });
      }
      connection.sequenceId = 0;
    },
  });
};

const column = (name: string): object => ({
  catalog: "def",
  schema: "",
  table: "",
  orgTable: "",
  name,
  orgName: name,
  characterSet: UTF8MB4_GENERAL_CI,
  columnLength: 8_192,
  columnType: VAR_STRING,
  flags: 0,
  decimals: 0,
});

interface Login {
  readonly user: string;
  readonly authPluginData1: Buffer;
  readonly authPluginData2: Buffer;
  readonly authToken: Buffer;
}

const sha1 = (...parts: readonly (Buffer | string)[]): Buffer => {
  const hash = createHash("sha1");
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/** mysql_native_password: the token is SHA1(password) XOR SHA1(scramble + SHA1(SHA1(password))). */
const passwordFits = ({ authPluginData1, authPluginData2, authToken }: Login, password: string): boolean => {
  if (authToken.length !== 20) return false;
  const mask = sha1(authPluginData1.subarray(0, 8), authPluginData2.subarray(0, 12), sha1(sha1(password)));
  const stage1 = Buffer.from(authToken.map((byte, at) => byte ^ (mask[at] ?? 0)));
  return sha1(stage1).equals(sha1(sha1(password)));
};
