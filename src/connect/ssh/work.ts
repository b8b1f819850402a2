import { openBatchLane } from "./batch-lane.ts";
import type { Connection } from "./connect.ts";
import { openOwnLane } from "./own-lane.ts";
import type { HostPending } from "./pending.ts";
import type { Problem } from "./problem.ts";
import type { ShellItem } from "./shell.ts";

/** What is under way on one connection. */
export interface Work {
  readonly add: (items: readonly HostPending[]) => void;
  /** The connection is gone: tells everybody who still waits. */
  readonly lost: (why: Problem) => void;
}

export const openWork = (
  connection: Connection,
  hostName: string,
  onRoundTrip: (roundTripMs: number) => void,
): Work => {
  const host = { name: hostName, user: connection.user };
  const batch = openBatchLane(connection.client, host, onRoundTrip);
  const own = openOwnLane(connection.client, host);
  const waiting = new Set<HostPending>();
  return {
    add: (items) => {
      for (const pending of items) {
        waiting.add(pending);
        void pending.done.then(() => waiting.delete(pending));
      }
      const ready = items.map((pending) => toItem(pending, connection.user));
      batch.add(ready.filter(({ pending }) => pending.lane === "batch"));
      own.add(ready.filter(({ pending }) => pending.lane === "own"));
    },
    lost: (why) => {
      batch.dispose();
      own.dispose();
      for (const pending of waiting) pending.fail(why);
    },
  };
};

const toItem = (pending: HostPending, user: string): ShellItem => {
  // -n: a question must never end in a password prompt nobody sees.
  const sudo = pending.ask.privilege.need === "root" && user !== "root";
  return { pending, sudo, argv: sudo ? ["sudo", "-n", "--", ...pending.argv] : pending.argv };
};
