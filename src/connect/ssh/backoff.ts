import type { UnknownReason } from "../sample.ts";

const FIRST_MS = 1_000;
/** A host that boots is found again soon after it is there, and one that is gone is asked for it rarely enough. */
const AWAY_CAP_MS = 10_000;
const CAP_MS = 30_000;
/** Servers ban addresses whose logins keep failing (fail2ban: five in ten minutes). */
const AFTER_AUTH_MS = 300_000;

/**
 * How long to wait before the next try, ms. `failures` in a row, from 1; `random` from 0 to 1 spreads the hosts, so
 * that a whole cluster that comes back is not met by all connections in the same moment. `mayPass`: this very login
 * worked before, and a host that goes down or boots refuses everybody for a moment (pam_nologin).
 */
export const backoffMs = (reason: UnknownReason, failures: number, random: number, mayPass = false): number => {
  const spread = 0.8 + 0.4 * random;
  if (reason === "auth" && !mayPass) return AFTER_AUTH_MS * spread;
  if (reason === "auth") return CAP_MS * spread;
  // Nothing but a person changes these.
  if (reason === "host-key" || reason === "missing") return CAP_MS * spread;
  const cap = AWAY.has(reason) ? AWAY_CAP_MS : CAP_MS;
  return Math.min(cap, FIRST_MS * 2 ** Math.min(failures - 1, 10) * spread);
};

/** No login was tried that could count against us. */
const AWAY: ReadonlySet<UnknownReason> = new Set(["unreachable", "timeout", "refused"]);
