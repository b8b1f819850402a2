import type { Duplex } from "node:stream";
import { clean } from "./clean.ts";
import type { Connector } from "./connector.ts";
import type { Dial } from "./dial.ts";
import { closedProblem, networkProblem, shortText } from "./failure.ts";
import { connectDeadlineMs, type Pending } from "./pending.ts";
import { problem, type Problem } from "./ssh/problem.ts";

/** A large site's `show stat` has some thousand servers at half a kilobyte each. */
const REPLY_LIMIT_BYTES = 4 * 1_024 * 1_024;

/**
 * HAProxy's runtime socket, a connection per ask, side by side.
 *
 * Joined with `;` the replies come as one text, parted by an empty line, which stands inside some replies too; the
 * prompt parts them no better. The end of the stream is the one delimiter that cannot be forged, and three
 * connections cost 0.6 ms against 0.3 ms for one (HAProxy 2.6, local), the same two round trips either way.
 */
export const haproxyConnector = (where: string, dial: Dial): Connector => ({
  where,
  ask: async (batch) => {
    await Promise.all(batch.map((pending) => askSocket(pending, dial, where)));
  },
  close: () => undefined,
});

const askSocket = async (pending: Pending, dial: Dial, where: string): Promise<void> => {
  const { send, privilege, commandId } = pending.ask;
  if (send.kind !== "haproxy") return;
  // One command a line: what was declared as a question must not carry an order behind a separator.
  if (/[;\n\r]/.test(send.line)) {
    pending.fail(problem("failed", `${commandId} was not sent: one command only`));
    return;
  }
  const dialled = await dial(connectDeadlineMs([pending]));
  if (!dialled.ok) {
    pending.fail(dialled);
    return;
  }
  if (pending.settled()) {
    dialled.stream.destroy();
    return;
  }
  pending.whenOverdue(() => dialled.stream.destroy());
  const sentAtMs = Date.now();
  const read = await exchange(dialled.stream, `${send.line}\n`, where);
  if (!read.ok) {
    pending.fail(read);
    return;
  }
  const refused = refusal(read.text, where, privilege.need === "haproxy" ? privilege.level : undefined);
  if (refused !== undefined) pending.fail(refused);
  else pending.reply({ kind: "haproxy", text: clean(read.text), sentAtMs, receivedAtMs: Date.now() });
};

type Read = { readonly ok: true; readonly text: string } | ({ readonly ok: false } & Problem);

const exchange = (stream: Duplex, line: string, where: string): Promise<Read> => {
  const { promise, resolve } = Promise.withResolvers<Read>();
  const chunks: Buffer[] = [];
  let received = 0;
  const settle = (read: Read): void => {
    stream.destroy();
    resolve(read);
  };
  stream.on("data", (bytes: Buffer) => {
    received += bytes.length;
    chunks.push(bytes);
    if (received > REPLY_LIMIT_BYTES) settle({ ok: false, ...problem("unreadable", `${where} answers without end`) });
  });
  stream.on("end", () => {
    const text = Buffer.concat(chunks).toString("utf8");
    if (text === "") settle({ ok: false, ...closedProblem(where) });
    // Every reply ends with an empty line (management.txt 9.3): without it, rows are missing, and nothing else shows it.
    else if (!text.endsWith("\n\n") && text !== "\n")
      settle({ ok: false, ...problem("unreadable", `${where}: the reply was cut off`) });
    else settle({ ok: true, text });
  });
  stream.on("error", (error) => settle({ ok: false, ...networkProblem(error, where) }));
  stream.on("close", () => settle({ ok: false, ...closedProblem(where) }));
  // Ended at once: HAProxy closes when it has answered and nothing more can come.
  stream.end(line);
  return promise;
};

const refusal = (text: string, where: string, level: string | undefined): Problem | undefined => {
  const first = text.split("\n", 1)[0] ?? "";
  if (first.startsWith("Permission denied"))
    return problem(
      "privilege",
      `${where}: the runtime socket's level does not allow this`,
      level === undefined ? undefined : `stats socket … level ${level}`,
    );
  if (first.startsWith("Unknown command")) return problem("missing", `${where}: ${shortText(first)}`);
  return undefined;
};
