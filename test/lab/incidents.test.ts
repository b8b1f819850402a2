import { haproxyDown, phpOff, serverDrained, sessionsRedisDown } from "./incidents/front.ts";
import { memberStopped } from "./incidents/galera.ts";
import { brickKilled } from "./incidents/gluster.ts";
import { describeIncidents } from "./support/incidents.ts";

/** One of each system, real faults on real daemons (`npm run lab -- incidents`); all the others are in long/. */
describeIncidents([memberStopped, brickKilled, sessionsRedisDown, serverDrained, haproxyDown, phpOff]);
