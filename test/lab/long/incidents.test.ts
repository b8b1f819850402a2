import { apacheDown, configBroken } from "../incidents/front.ts";
import { certificationConflicts, flowControl, memberCut, memberDesynced, memberKilled } from "../incidents/galera.ts";
import { glusterdDown, splitBrain } from "../incidents/gluster.ts";
import { hostCut, syncStale, syncTargetUnmounted } from "../incidents/hosts.ts";
import { describeIncidents } from "../support/incidents.ts";

describeIncidents([
  memberKilled,
  memberCut,
  memberDesynced,
  flowControl,
  certificationConflicts,
  splitBrain,
  glusterdDown,
  apacheDown,
  configBroken,
  syncStale,
  syncTargetUnmounted,
  hostCut,
]);
