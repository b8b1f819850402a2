import { apacheDown, configBroken, phpLinkDangling, sessionsEvicting } from "../incidents/front.ts";
import {
  certificationConflicts,
  flowControl,
  memberCut,
  memberDesynced,
  memberFrozen,
  memberKilled,
  twoMembersDown,
} from "../incidents/galera.ts";
import { glusterdDown, healBacklog, mountMissing, splitBrain } from "../incidents/gluster.ts";
import { diskFull, hostCut, syncStale, syncTargetUnmounted } from "../incidents/hosts.ts";
import { describeIncidents } from "../support/incidents.ts";

describeIncidents([
  memberFrozen,
  memberKilled,
  memberCut,
  memberDesynced,
  twoMembersDown,
  flowControl,
  certificationConflicts,
  healBacklog,
  splitBrain,
  mountMissing,
  glusterdDown,
  sessionsEvicting,
  apacheDown,
  configBroken,
  phpLinkDangling,
  syncStale,
  syncTargetUnmounted,
  diskFull,
  hostCut,
]);
