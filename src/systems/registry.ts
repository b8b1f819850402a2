import { galera } from "./galera/index.ts";
import { gluster } from "./gluster/index.ts";
import { haproxy } from "./haproxy/index.ts";
import { host } from "./host/index.ts";
import { redis } from "./redis/index.ts";
import { sealed, type SealedSystem } from "./sealed.ts";
import { shadow } from "./shadow/index.ts";
import { web } from "./web/index.ts";

/**
 * Every room, in the order in which panes and summaries show them. To add a system, list it here with
 * `sealed(room)`: nothing else in the tree names it.
 */
export const systems: readonly SealedSystem[] = [
  sealed(host),
  sealed(galera),
  sealed(gluster),
  sealed(redis),
  sealed(haproxy),
  sealed(web),
  sealed(shadow),
];
