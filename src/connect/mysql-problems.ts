import type { Privilege } from "./command.ts";
import { closedProblem, networkProblem, ProblemError, shortText } from "./failure.ts";
import { problem, type Problem } from "./ssh/problem.ts";

/** An error packet of the server, as mysql2 hands it on. */
export interface ServerError {
  readonly errno: number;
  readonly message: string;
}

/** mysql2 gives socket errors an `errno` too, a negative one; the server's own numbers start at 1000. */
export const serverError = (error: unknown): ServerError | undefined => {
  if (!(error instanceof Error) || !("errno" in error)) return undefined;
  const { errno } = error;
  return typeof errno === "number" && errno >= 1_000 ? { errno, message: error.message } : undefined;
};

interface Asked {
  /** `MariaDB on web1`. */
  readonly where: string;
  readonly user: string;
  /** What the command that was refused needs. */
  readonly privilege?: Privilege;
}

/** MariaDB's and MySQL's error numbers in the operator's words (their error reference lists agree on these). */
export const serverProblem = ({ errno, message }: ServerError, { where, user, privilege }: Asked): Problem => {
  const said = shortText(message);
  switch (errno) {
    case 1045: // ER_ACCESS_DENIED_ERROR; its text names user and host as the server sees them, never the password.
    case 1698: // ER_ACCESS_DENIED_NO_PASSWORD_ERROR
    case 1130: // ER_HOST_NOT_PRIVILEGED
    case 1251: // ER_NOT_SUPPORTED_AUTH_MODE
    case 1820: // ER_MUST_CHANGE_PASSWORD
    case 1862: // ER_MUST_CHANGE_PASSWORD_LOGIN
    case 3118: // ER_ACCOUNT_HAS_BEEN_LOCKED
    case 4151: // ER_ACCESS_DENIED_NO_PASSWORD (MariaDB)
      return problem(
        "auth",
        `${where}: ${said}`,
        `check galera.user and galera.password, and on the server: SHOW CREATE USER for '${user}' at the host named there`,
      );
    case 1040: // ER_CON_COUNT_ERROR
    case 1203: // ER_TOO_MANY_USER_CONNECTIONS
    case 1226: // ER_USER_LIMIT_REACHED
      return problem(
        "refused",
        `${where} has no connection to spare: ${said}`,
        "see max_connections and SHOW PROCESSLIST",
      );
    case 1129: // ER_HOST_IS_BLOCKED
      return problem("refused", `${where} has blocked this client: ${said}`, "FLUSH HOSTS on the server");
    case 1047: // ER_UNKNOWN_COM_ERROR, which wsrep answers with
      return problem(
        "failed",
        `${where} takes no queries: it is not in the primary component, still joining, or wsrep_reject_queries is set`,
      );
    case 1044: // ER_DBACCESS_DENIED_ERROR
    case 1142: // ER_TABLEACCESS_DENIED_ERROR
    case 1143: // ER_COLUMNACCESS_DENIED_ERROR
    case 1227: // ER_SPECIFIC_ACCESS_DENIED_ERROR
    case 1370: // ER_PROCACCESS_DENIED_ERROR
      return problem("privilege", `${where}: ${said}`, grantFix(user, privilege));
    case 1109: // ER_UNKNOWN_TABLE
    case 1146: // ER_NO_SUCH_TABLE
    case 1193: // ER_UNKNOWN_SYSTEM_VARIABLE
    case 1286: // ER_UNKNOWN_STORAGE_ENGINE
    case 1305: // ER_SP_DOES_NOT_EXIST
      return problem("missing", `${where}: ${said}`);
    case 1969: // ER_STATEMENT_TIMEOUT (MariaDB)
    case 3024: // ER_QUERY_TIMEOUT (MySQL)
      return problem("timeout", `${where} gave up the query: ${said}`);
    default:
      return problem("failed", `${where}: ${said}`);
  }
};

const grantFix = (user: string, privilege: Privilege | undefined): string | undefined => {
  if (privilege?.need !== "sql" || privilege.grants.length === 0) return undefined;
  const grants = privilege.grants.map((grant) => (/ ON /i.test(grant) ? grant : `${grant} ON *.*`));
  return grants.map((grant) => `GRANT ${grant} TO '${user}'@'…'`).join("; ");
};

/** What ended a connection, or kept it from being made. */
export const connectionProblem = (error: unknown, asked: Asked): Problem => {
  if (error instanceof ProblemError) return error.problem;
  const fromServer = serverError(error);
  if (fromServer !== undefined) return serverProblem(fromServer, asked);
  const { where } = asked;
  // An error packet with a number no server uses.
  if (error instanceof Error && "sqlMessage" in error) return strangerProblem(where);
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  switch (code) {
    case "PROTOCOL_CONNECTION_LOST":
      return closedProblem(where);
    case "AUTH_SWITCH_PLUGIN_ERROR":
    case "MYSQL_CLEAR_PASSWORD_NOT_ENABLED":
      return problem(
        "auth",
        `${where} asks for a kind of login midwatch does not have: ${shortText(error instanceof Error ? error.message : "")}`,
        "use mysql_native_password or caching_sha2_password for the account",
      );
    case undefined:
    case "HANDSHAKE_UNKNOWN_ERROR":
    case "PROTOCOL_ERROR":
    case "PROTOCOL_UNEXPECTED_PACKET":
    case "ERR_OUT_OF_RANGE":
    case "ERR_BUFFER_OUT_OF_BOUNDS":
      return strangerProblem(where);
    default:
      return networkProblem(error, where);
  }
};

export const strangerProblem = (where: string): Problem =>
  problem("unreadable", `${where} does not speak the MySQL protocol`, "check galera.port and galera.socket");
