import type { SealedSystem } from "./sealed.ts";

/**
 * Every room, in the order in which panes and summaries show them. To add a system, list it here with
 * `sealed(room)`: nothing else in the tree names it.
 */
export const systems: readonly SealedSystem[] = [];
