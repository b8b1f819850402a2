import { notParsed, parsed, type Parsed } from "../../connect/command.ts";
import type { HostReply } from "../../connect/reply.ts";
import { firstLine, wholeNumber } from "../text.ts";

/** One listening socket, and who stands before it. */
export interface ListenQueue {
  /** A unix socket's path, or `127.0.0.1:9000`, `[::]:9000`, `*:9000`. */
  readonly address: string;
  /** Connections that nobody has taken up yet. */
  readonly waiting: number;
}

/** From `ss -Hnlxt`: kind, state, Recv-Q, Send-Q, address; of a listening socket Recv-Q is its backlog now (ss(8)). */
export const parseListenQueues = (reply: HostReply): Parsed<readonly ListenQueue[]> => {
  if (reply.exitCode !== 0) return notParsed("failed", firstLine(reply.stderr, "ss failed"));
  return parsed(
    reply.stdout.split("\n").flatMap((line) => {
      const [, state, received, , address] = line.trim().split(/\s+/);
      const waiting = wholeNumber(received);
      return state === "LISTEN" && waiting !== undefined && address !== undefined ? [{ address, waiting }] : [];
    }),
  );
};
