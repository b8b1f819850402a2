import { memberFrozen, memberStopped, twoMembersDown } from "./incidents/galera.ts";
import {
  haproxyDown,
  phpLinkDangling,
  phpOff,
  serverDrained,
  sessionsEvicting,
  sessionsRedisDown,
} from "./incidents/front.ts";
import { brickKilled, healBacklog, mountMissing } from "./incidents/gluster.ts";
import { diskFull } from "./incidents/hosts.ts";
import { describeIncidents } from "./support/incidents.ts";

/** Real faults on real daemons (`npm run lab -- incidents`); the slower ones are in long/. */
describeIncidents([
  memberStopped,
  memberFrozen,
  twoMembersDown,
  brickKilled,
  healBacklog,
  mountMissing,
  sessionsRedisDown,
  sessionsEvicting,
  serverDrained,
  haproxyDown,
  phpLinkDangling,
  phpOff,
  diskFull,
]);
