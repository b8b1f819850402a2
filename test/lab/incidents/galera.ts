import type { Expected } from "../support/incident.ts";
import { all, noOther } from "./verdicts.ts";

const NONE_TO_SPARE = /only 2 of 3 members|no other can be spared/;
const UNTIL_BACK = { stance: "wait", because: /until its member is back/ } as const;

/** Leaving and coming back a member passes through these; HAProxy's check of it follows. */
const ON_THE_WAY = ["galera.member_starting", "galera.member_stopping", "galera.not_synced", "haproxy.server_down"];

export const memberStopped: Expected = {
  incident: "member-stopped",
  root: ["galera.member_down web3"],
  severity: ["critical"],
  headline: /Database on web3 stopped .*2 of 3 members, none to spare/,
  next: /ssh web3 sudo journalctl -u mariadb/,
  verdicts: noOther("web3", NONE_TO_SPARE, UNTIL_BACK),
  also: ON_THE_WAY,
  withinMs: 10_000,
};

export const memberKilled: Expected = {
  ...memberStopped,
  incident: "member-killed",
  headline: /Database on web3 (was killed|stopped)/,
};

export const memberFrozen: Expected = {
  incident: "member-frozen",
  root: ["galera.member_silent web3"],
  severity: ["critical"],
  headline: /web3's database runs and does not answer/,
  next: /ssh web3 sudo journalctl -u mariadb/,
  verdicts: noOther("web3", NONE_TO_SPARE, UNTIL_BACK),
  // Thawed, it finds itself outside and comes back.
  also: [...ON_THE_WAY, "galera.member_cut_off", "galera.disagree"],
  withinMs: 10_000,
};

export const twoMembersDown: Expected = {
  incident: "two-members-down",
  root: ["galera.non_primary cluster"],
  severity: ["critical"],
  headline: /The database refuses all queries: web1 has no quorum without web2 and web3/,
  next: /bring web2 and web3 back/,
  verdicts: all({ stance: "no", because: /no other can be spared/ }),
  also: [...ON_THE_WAY, "galera.member_down", "galera.cluster_down", "galera.size", "haproxy.no_database"],
  withinMs: 10_000,
};

export const memberCut: Expected = {
  incident: "member-cut",
  root: ["galera.member_cut_off web3"],
  severity: ["critical"],
  headline: /web3's database is cut off from the others and refuses queries/,
  next: /network between web3 and the other members \(port 4567\)/,
  verdicts: noOther("web3", /no other can be spared/, UNTIL_BACK),
  also: [...ON_THE_WAY, "galera.disagree"],
  withinMs: 10_000,
};

export const memberDesynced: Expected = {
  incident: "member-desynced",
  root: ["galera.not_synced web3"],
  severity: ["warning"],
  headline: /web3 is Donor\/Desynced: wsrep_desync is ON/,
  next: /SET GLOBAL wsrep_desync=OFF/,
  verdicts: all({ stance: "wait", because: /no longer desynced/ }),
  also: ["haproxy.server_down"],
  withinMs: 10_000,
};

const UNTIL_FLOWING = { stance: "wait", because: /until writes no longer stand still.*web3 cannot keep up/ } as const;

export const flowControl: Expected = {
  incident: "flow-control",
  root: ["galera.flow_control cluster"],
  severity: ["warning"],
  headline: /Writes stand still \d+% of the time: web3 cannot keep up/,
  next: /ssh web3 top/,
  // The slow one itself may go.
  verdicts: { web1: UNTIL_FLOWING, web2: UNTIL_FLOWING },
  also: ["galera.receive_queue"],
  withinMs: 10_000,
};

export const certificationConflicts: Expected = {
  incident: "certification-conflicts",
  root: ["galera.conflicts cluster"],
  severity: ["warning"],
  headline: /transactions a second are rolled back: web1 and web2 write to the same rows/,
  next: /one writer behind HAProxy/,
  verdicts: {},
  also: [],
  withinMs: 10_000,
};
