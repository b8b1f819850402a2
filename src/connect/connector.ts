import type { Pending } from "./pending.ts";

/**
 * The way to one service on one target. `ask` sends what it is given, all of its own kind, in as few round trips as
 * the protocol allows, and settles each; what it leaves open is settled by its deadline. It may hang or throw: the
 * caller waits for the asks, not for it.
 */
export interface Connector {
  /** Names service and host, for messages: `MariaDB on web1`. */
  readonly where: string;
  readonly ask: (pending: readonly Pending[]) => Promise<void>;
  readonly close: () => void;
}
