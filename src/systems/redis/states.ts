import { probeKey } from "../probe.ts";
import { unknownState, type StateLine } from "../state-line.ts";
import { infoCommand } from "./commands.ts";
import type { RedisFacts, RedisInstance } from "./facts.ts";

const SAYS = ["redis.down", "redis.unknown", "redis.loading", "redis.replica"];

/** Whether each instance serves. */
export const redisStates = ({ instances }: RedisFacts): readonly StateLine[] =>
  instances.flatMap((instance): readonly StateLine[] => {
    const state = stateOf(instance);
    const { name, host } = instance;
    const about = { subject: name, host, evidence: [probeKey(infoCommand.id, name)], says: SAYS };
    return state === undefined ? [] : [{ ...about, ...state }];
  });

const stateOf = ({ info, copyOf }: RedisInstance): Pick<StateLine, "state" | "severity" | "why"> | undefined => {
  if (info.state === "known") {
    const { loading, role, masterLinkUp } = info.value;
    if (loading) return { state: "loading", severity: "warning" };
    if (role === "master") return { state: "up", severity: "ok" };
    const inStep = copyOf !== undefined && masterLinkUp !== false;
    return { state: "replica", severity: inStep ? "ok" : "warning" };
  }
  if (info.reason === "pending") return undefined;
  return info.reason === "refused"
    ? { state: "down", severity: copyOf === undefined ? "critical" : "warning", why: "connection refused" }
    : unknownState(info.reason);
};
