import type { Expected } from "../support/incident.ts";
import { noOther } from "./verdicts.ts";

/** The shadow sync, and hosts as a whole. */

export const syncStale: Expected = {
  incident: "sync-stale",
  root: ["shadow.stale web1"],
  severity: ["warning"],
  headline: /web1: the last good sync was 3\dm ago; one should come every 3m/,
  next: /ssh web1 sudo \/etc\/cronwrap\/sync-sites/,
  verdicts: {},
  also: [],
  withinMs: 10_000,
};

export const syncTargetUnmounted: Expected = {
  incident: "sync-target-unmounted",
  root: ["gluster.mount_missing web1:/wp-core"],
  severity: ["critical"],
  headline: /wp-core is not mounted at \/wp-core on web1: writes there go to the local disk/,
  next: /on web1: ls -A \/wp-core; mount \/wp-core/,
  verdicts: Object.fromEntries(
    ["web2", "web3"].map((host) => [host, { stance: "wait", because: /until wp-core is mounted on web1/ }] as const),
  ),
  // A run that comes meanwhile refuses.
  also: ["shadow.not_mounted", "shadow.failed"],
  withinMs: 10_000,
};

export const diskFull: Expected = {
  incident: "disk-full",
  root: ["host.disk_full web3 /var/lib/mysql"],
  severity: ["critical"],
  headline: /web3: \/var\/lib\/mysql \(datadir\) is (9\d|100)% full/,
  next: /ssh web3 sudo du -xh -d2 \/var\/lib\/mysql/,
  verdicts: Object.fromEntries(
    ["web1", "web2"].map((host) => [host, { stance: "wait", because: /until there is room on web3's/ }] as const),
  ),
  also: [],
  withinMs: 10_000,
};

export const hostCut: Expected = {
  incident: "host-cut",
  root: ["host.unreachable web3"],
  severity: ["unknown", "critical"],
  headline: /web3 does not answer \(network/,
  next: /ssh web3|check that the host is up/,
  verdicts: noOther("web3", /none can be spared/, { stance: "no", because: /none can be spared/ }),
  also: [
    "galera.member_unknown",
    "galera.size",
    "galera.disagree",
    "galera.member_cut_off",
    "galera.not_synced",
    "gluster.brick_unreachable",
    "gluster.heal_unknown",
    // Until network.ping-timeout has passed the others' mounts wait for its bricks.
    "gluster.mount_hung",
    "gluster.mount_unknown",
    "gluster.peer_disconnected",
    "gluster.pool_unknown",
    "haproxy.server_down",
    "host.vitals_unknown",
    "host.disk_unknown",
    "shadow.unknown",
    "web.unknown",
  ],
  withinMs: 10_000,
};
