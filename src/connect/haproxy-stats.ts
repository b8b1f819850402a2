import type { Connector } from "./connector.ts";
import type { Dial } from "./dial.ts";
import { httpGet } from "./http-get.ts";
import { connectDeadlineMs, type Pending } from "./pending.ts";
import { problem, type Problem } from "./ssh/problem.ts";

const REPLY_LIMIT_BYTES = 2 * 1_024 * 1_024;

/** The statistics page in place of the runtime socket: it knows `show stat` and nothing else. */
export const haproxyStatsConnector = (
  where: string,
  url: string,
  dialTo: (host: string, port: number) => Dial,
): Connector => ({
  where,
  ask: async (batch) => {
    await Promise.all(batch.map((pending) => askPage(pending, url, dialTo, where)));
  },
  close: () => undefined,
});

const askPage = async (
  pending: Pending,
  url: string,
  dialTo: (host: string, port: number) => Dial,
  where: string,
): Promise<void> => {
  const { send } = pending.ask;
  if (send.kind !== "haproxy") return;
  if (send.line !== "show stat") {
    pending.fail(
      problem(
        "missing",
        `${where}: "${send.line}" needs the runtime socket; only the statistics page is configured`,
        "set haproxy.load_balancers.….socket or .tcp in the inventory",
      ),
    );
    return;
  }
  const csv = url.endsWith(";csv") ? url : `${url};csv`;
  const request = { url: csv, keepBytes: REPLY_LIMIT_BYTES };
  const answer = await httpGet(request, dialTo, where, connectDeadlineMs([pending]));
  if (!answer.ok) pending.fail(answer);
  else if (answer.reply.cut) pending.fail(problem("unreadable", `${where} answers without end`));
  else if (answer.reply.status !== 200) pending.fail(pageProblem(answer.reply.status, where));
  else {
    const { body, sentAtMs, receivedAtMs } = answer.reply;
    pending.reply({ kind: "haproxy", text: body, sentAtMs, receivedAtMs });
  }
};

const pageProblem = (status: number, where: string): Problem => {
  switch (status) {
    case 401:
    case 403:
      return problem(
        "auth",
        `${where}: the statistics page asks for a login (HTTP ${status})`,
        "use the runtime socket: haproxy.load_balancers.….socket",
      );
    case 404:
      return problem("missing", `${where}: no statistics page at that URL`, "check stats_url against `stats uri`");
    default:
      return problem("failed", `${where}: the statistics page answers HTTP ${status}`);
  }
};
