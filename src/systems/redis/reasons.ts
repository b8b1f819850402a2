import { count } from "../format.ts";
import { probeKey } from "../probe.ts";
import type { Reason } from "../reason.ts";
import { infoCommand } from "./commands.ts";
import type { RedisFacts, RedisInstance } from "./facts.ts";

/**
 * An instance that runs on the host goes with it, and nothing here tells of another that takes over by itself. Hosts
 * without Redis have no reason: whether their visitors' sessions live in Redis is the web room's word.
 */
export const redisReasons = ({ instances }: RedisFacts, host: string): readonly Reason[] =>
  instances
    .filter((each) => each.host === host)
    // Lost sessions are worse news than a cold cache.
    .toSorted((a, b) => Number(a.purpose === "cache") - Number(b.purpose === "cache"))
    .flatMap((each) => instanceReasons(each, instances));

const instanceReasons = (instance: RedisInstance, all: readonly RedisInstance[]): readonly Reason[] => {
  const { name, purpose, info } = instance;
  const others = all.filter((other) => other.host !== instance.host && other.purpose === purpose);
  const evidence = [instance, ...others].map((each) => probeKey(infoCommand.id, each.name));
  if (info.state === "unknown" && info.reason !== "refused")
    return [{ stance: "unknown", text: `whether ${name} serves on it is not known: ${info.detail}`, evidence }];
  // A copy that follows a master elsewhere is one that nothing is written to.
  const masters = others.filter((other) => other.info.state === "known" && serves(other.info.value));
  if (info.state === "known" && info.value.role === "replica" && masters.length > 0) {
    const text = `its ${name} is a replica; ${masters.map((master) => master.name).join(", ")} serves elsewhere`;
    return [{ stance: "safe", text, evidence }];
  }
  if (purpose === "cache")
    return [{ stance: "no", text: `Redis ${name} runs on it: what needs it would fail or be slow`, evidence }];
  const lost = sessionsWords(instance);
  return [{ stance: "no", text: `Redis ${name} runs on it: ${lost} would end, and nobody could log in`, evidence }];
};

const serves = ({ role, loading }: { readonly role: string; readonly loading: boolean }): boolean =>
  role === "master" && !loading;

const sessionsWords = ({ keys }: RedisInstance): string =>
  keys.state === "known"
    ? `${count(keys.value.count)}${keys.value.atLeast ? " or more" : ""} sessions`
    : "all sessions";
