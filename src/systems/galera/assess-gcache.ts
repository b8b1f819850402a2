import type { Thresholds } from "../../inventory/cluster.ts";
import { duration } from "../format.ts";
import { memberFinding } from "./assess-member.ts";
import type { GaleraFacts } from "./facts.ts";
import type { Member } from "./member.ts";
import type { GaleraFinding } from "./rules.ts";

/** Longer than this a member was away for another reason than a restart: repair, another machine. */
const RESTART_MOST_MS = 6 * 3_600_000;

/** Too short for anybody's absence, or for one that the next restart may well take again. */
export const assessGcache = (
  { members }: GaleraFacts,
  { gcacheWindowWarningMs }: Pick<Thresholds, "gcacheWindowWarningMs">,
): readonly GaleraFinding[] =>
  members.flatMap((member): readonly GaleraFinding[] => {
    const { host, gcache } = member;
    const windowMs = gcache.state === "known" ? gcache.value.windowMs : undefined;
    if (windowMs === undefined) return [];
    const slow = members
      .filter((other) => other !== member)
      .map((other) => ({ host: other.host, tookMs: restartMs(other) }))
      .filter(({ tookMs }) => tookMs > windowMs)
      .toSorted((a, b) => b.tookMs - a.tookMs)[0];
    if (windowMs >= gcacheWindowWarningMs && slow === undefined) return [];
    const held = `gcache on ${host} holds only ${duration(windowMs)} of writes`;
    const text =
      slow === undefined
        ? `${held}: away longer means a full copy (SST)`
        : `${held}, and ${slow.host}'s last restart took ${duration(slow.tookMs)}: the next one may end in a full copy (SST)`;
    const next = `raise gcache.size on ${host}, one member at a time`;
    return [memberFinding(host, { id: "galera.gcache_window", severity: "warning", text, next })];
  });

const restartMs = ({ unit }: Member): number => {
  const outMs = unit.state === "known" ? (unit.value.lastOutMs ?? 0) : 0;
  return outMs > RESTART_MOST_MS ? 0 : outMs;
};
