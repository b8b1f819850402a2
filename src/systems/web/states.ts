import { probeKey } from "../probe.ts";
import { unknownState, type StateLine } from "../state-line.ts";
import { health, units } from "./commands.ts";
import type { OriginFact, WebFacts } from "./facts-schema.ts";
import { isRunning } from "./running.ts";

/** The web server's unit on every origin, and whether its health page serves. */
export const webStates = ({ service, origins }: WebFacts): readonly StateLine[] =>
  origins.flatMap((origin) => [...unitLine(service, origin), ...pageLine(origin)]);

const unitLine = (service: string, { host, unit }: OriginFact): readonly StateLine[] => {
  const about = { subject: service, host, evidence: [probeKey(units.id, host)], says: ["web.down", "web.unknown"] };
  if (unit.state === "unknown") return unit.reason === "pending" ? [] : [{ ...about, ...unknownState(unit.reason) }];
  const { active, loaded, result } = unit.value;
  if (!loaded) return [{ ...about, state: "not installed", severity: "critical" }];
  if (isRunning(unit.value)) return [{ ...about, state: "active", severity: "ok" }];
  const why = active === "failed" && result !== "" ? { why: result } : {};
  return [{ ...about, state: active, severity: "critical", ...why }];
};

const pageLine = ({ host, page }: OriginFact): readonly StateLine[] => {
  const about = {
    subject: "health page",
    host,
    evidence: [probeKey(health.id, host)],
    says: ["web.health", "web.source_served"],
  };
  if (page.state === "unknown") return page.reason === "pending" ? [] : [{ ...about, ...unknownState(page.reason) }];
  if (page.value.ok) return [{ ...about, state: "ok", severity: "ok" }];
  return [{ ...about, state: "fails", severity: "critical", why: page.value.words }];
};
