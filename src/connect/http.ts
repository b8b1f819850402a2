import type { Connector } from "./connector.ts";
import type { Dial } from "./dial.ts";
import { httpGet } from "./http-get.ts";
import { connectDeadlineMs } from "./pending.ts";

/** GETs as one host sees itself; each on a connection of its own, side by side. */
export const httpConnector = (where: string, dialTo: (host: string, port: number) => Dial): Connector => ({
  where,
  ask: async (batch) => {
    await Promise.all(
      batch.map(async (pending) => {
        const { send } = pending.ask;
        if (send.kind !== "http") return;
        const answer = await httpGet(send, dialTo, where, connectDeadlineMs([pending]));
        if (answer.ok) pending.reply(answer.reply);
        else pending.fail(answer);
      }),
    );
  },
  close: () => undefined,
});
