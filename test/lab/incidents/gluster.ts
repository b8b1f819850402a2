import type { Expected } from "../support/incident.ts";
import { all, noOther } from "./verdicts.ts";

const NO_OTHER_COPY = /no other copy can be spared/;
const untilMounted = (volume: string, ...hosts: readonly string[]): Expected["verdicts"] =>
  Object.fromEntries(
    hosts.map((host) => [host, { stance: "wait", because: new RegExp(`until ${volume} is mounted on`) }] as const),
  );

const HEALING = ["gluster.heal_unknown", "gluster.heal_pending"];

export const brickKilled: Expected = {
  incident: "brick-killed",
  root: ["gluster.brick_down web2:/bricks/data/brick"],
  severity: ["critical"],
  headline: /Brick web2:\/bricks\/data\/brick of data is down, its process does not run: 2 of 3 copies left/,
  next: /gluster volume start data force/,
  verdicts: noOther("web2", NO_OTHER_COPY, { stance: "unknown", because: /could not say what is to heal/ }),
  also: HEALING,
  withinMs: 10_000,
};

export const healBacklog: Expected = {
  incident: "heal-backlog",
  root: ["gluster.self_heal_off volume data"],
  severity: ["warning"],
  headline: /Self-heal of data is switched off: what a brick missed stays missing, 6\d to heal/,
  next: /gluster volume set data cluster.self-heal-daemon on/,
  verdicts: all({ stance: "wait", because: /until data has healed: 6\d to go/ }),
  also: [...HEALING, "gluster.brick_down", "gluster.brick_unreachable"],
  withinMs: 20_000,
};

export const splitBrain: Expected = {
  incident: "split-brain",
  root: ["gluster.split_brain volume data"],
  severity: ["critical"],
  headline: /Split-brain on data: 1 file with contradicting copies/,
  next: /gluster volume heal data info split-brain/,
  verdicts: all({ stance: "no", because: /split-brain/ }),
  // Made by killing bricks, all of them in turn.
  also: [
    ...HEALING,
    "gluster.brick_down",
    "gluster.brick_unreachable",
    "gluster.quorum_lost",
    "gluster.mount_broken",
    "gluster.self_heal_off",
  ],
  withinMs: 20_000,
};

export const mountMissing: Expected = {
  incident: "mount-missing",
  root: ["gluster.mount_missing web2:/data"],
  severity: ["critical"],
  headline: /data is not mounted at \/data on web2: writes there go to the local disk/,
  next: /on web2: ls -A \/data; mount \/data/,
  verdicts: untilMounted("data", "web1", "web3"),
  also: [],
  withinMs: 10_000,
};

export const glusterdDown: Expected = {
  incident: "glusterd-down",
  root: ["gluster.daemon_down web2"],
  severity: ["critical"],
  headline: /glusterd on web2 is inactive/,
  next: /on web2: systemctl start glusterd/,
  verdicts: noOther("web2", NO_OTHER_COPY, { stance: "unknown", because: /could not say what is to heal/ }),
  also: [
    ...HEALING,
    "gluster.brick_down",
    "gluster.brick_unreachable",
    "gluster.peer_disconnected",
    "gluster.self_heal_down",
  ],
  withinMs: 20_000,
};
