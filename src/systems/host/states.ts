import { probeKey } from "../probe.ts";
import { unknownState, type StateLine } from "../state-line.ts";
import { vitals } from "./commands.ts";
import type { HostFacts } from "./facts-schema.ts";

const SAYS = ["host.unreachable", "host.none_reachable", "host.vitals_unknown"];

/** Whether a host can be asked at all. The connection itself says so, with patience of its own. */
export const hostStates = ({ hosts }: HostFacts): readonly StateLine[] =>
  hosts.flatMap(({ host, connection, uptimeMs }): StateLine[] => {
    const about = { subject: host, host, says: SAYS };
    if (connection.state === "unknown")
      return connection.reason === "pending" ? [] : [{ ...about, ...unknownState(connection.reason), evidence: [] }];
    const evidence = [probeKey(vitals.id, host)];
    // A host that takes logins and answers nothing is no more seen than one that is gone.
    if (uptimeMs.state === "unknown")
      return uptimeMs.reason === "pending" ? [] : [{ ...about, ...unknownState(uptimeMs.reason), evidence }];
    return [{ ...about, state: "up", severity: "ok", evidence }];
  });
