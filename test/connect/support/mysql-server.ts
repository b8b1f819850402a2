import type { Socket } from "node:net";
import { createConnection } from "mysql2";

export interface FakeMysql {
  readonly user?: string;
  /** Answers a query: rows, an error, or `hang` for never. */
  readonly answer: (sql: string) => FakeAnswer | Promise<FakeAnswer>;
}

export type FakeAnswer =
  | { readonly columns: readonly FakeColumn[]; readonly rows: readonly Readonly<Record<string, string | null>>[] }
  | { readonly code: number; readonly message: string }
  | "ok"
  | "hang";

export interface FakeColumn {
  readonly name: string;
  /** Protocol type; text by default. */
  readonly type?: number;
}

const VAR_STRING = 253;

/** mysql2's own server side, answering over one socket. */
export const serveMysql = (socket: Socket, fake: FakeMysql): void => {
  const connection = createConnection({ isServer: true, stream: socket, connectTimeout: 0 });
  connection.on("error", () => undefined);
  const respond = async (sql: string): Promise<void> => {
    const answer = await fake.answer(sql);
    if (answer === "hang") return;
    // A reply's packets count from 1, the next question starts at 0 again; the library leaves that to its user.
    connection.sequenceId = 1;
    if (answer === "ok") connection.writeOk();
    else if ("code" in answer) connection.writeError({ code: answer.code, message: answer.message });
    else
      connection.writeTextResult(
        [...answer.rows],
        answer.columns.map(({ name, type = VAR_STRING }) => ({
          catalog: "def",
          schema: "",
          table: "",
          orgTable: "",
          name,
          orgName: name,
          characterSet: 45,
          columnLength: 1_024,
          columnType: type,
          flags: 0,
          decimals: 0,
        })),
      );
    connection.sequenceId = 0;
  };
  connection.on("query", (sql: string) => void respond(sql));
  // SET arrives as this event.
  connection.on("stmt_prepare", (sql: string) => void respond(sql));
  connection.serverHandshake({
    protocolVersion: 10,
    serverVersion: "10.11.19-MariaDB",
    connectionId: 1,
    statusFlags: 2,
    characterSet: 45,
    capabilityFlags: 0xff_ff_ff ^ 0x08_00, // no TLS
    authCallback: (
      { user }: { readonly user: string },
      done: (error: null, refusal?: { message: string; code: number }) => void,
    ) => {
      const refused = fake.user !== undefined && user !== fake.user;
      if (refused)
        done(null, { code: 1_045, message: `Access denied for user '${user}'@'10.0.0.9' (using password: YES)` });
      else done(null);
      connection.sequenceId = 0;
    },
  });
};

/** What SHOW STATUS answers. */
export const statusRows = (status: Readonly<Record<string, string | null>>): FakeAnswer => ({
  columns: [{ name: "Variable_name" }, { name: "Value" }],
  rows: Object.entries(status).map(([name, value]) => ({ Variable_name: name, Value: value })),
});
