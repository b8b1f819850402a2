import { haproxy } from "./haproxy/index.ts";
import { host } from "./host/index.ts";
import { sealed, type SealedSystem } from "./sealed.ts";

/**
 * Every room, in the order in which panes and summaries show them. To add a system, list it here with
 * `sealed(room)`: nothing else in the tree names it.
 */
export const systems: readonly SealedSystem[] = [sealed(host), sealed(haproxy)];
