import type { NodeName } from "../layout.ts";
import type { World } from "../world.ts";

/** Who asks, and where: answers differ, since every host calls itself localhost. */
export interface Asker {
  readonly world: World;
  readonly node: NodeName;
  readonly xml: boolean;
  /** How long the CLI waits for glusterd. */
  readonly timeoutMs: number;
}

/** How long glusterd takes to notice that a peer is gone that did not say goodbye. */
export const NOTICED_AFTER_MS = 60_000;
