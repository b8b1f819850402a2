import type { Thresholds } from "../../inventory/cluster.ts";
import { percent, plural } from "../format.ts";
import { span, type Span } from "../pane.ts";
import { joined } from "../spans.ts";
import { fullest, fullness } from "./disks-of.ts";
import type { HostFact, HostFacts } from "./facts-schema.ts";
import { reasonInWords } from "../unknown-words.ts";

/** `4/4 hosts · highest load 0.2, memory 41%, disk 61% (web1 /) · upgrades on 3`. */
export const hostSummary = ({ hosts }: HostFacts, thresholds: Thresholds): readonly Span[] => {
  const up = hosts.filter(({ connection }) => connection.state === "known").length;
  const connecting = hosts.filter(({ connection }) => isPending(connection)).length;
  return joined([
    ...hosts.flatMap(({ host, connection }) =>
      connection.state === "known" || isPending(connection)
        ? []
        : [[span(`${host} no answer (${reasonInWords(connection.reason)})`, "unknown")]],
    ),
    [span(`${up}/${plural(hosts.length, "host")}`)],
    connecting === 0 ? [] : [span(`${connecting} connecting`, "dim")],
    highest(hosts, thresholds),
    upkeep(hosts),
  ]);
};

const isPending = (connection: HostFact["connection"]): boolean =>
  connection.state === "unknown" && connection.reason === "pending";

const highest = (hosts: readonly HostFact[], thresholds: Thresholds): readonly Span[] => {
  const load = most(hosts, ({ load: reading }) => (reading.state === "known" ? reading.value.perCore : undefined));
  const steady = most(hosts, ({ load: reading }) =>
    reading.state === "known" ? reading.value.perCoreSteady : undefined,
  );
  const memory = most(hosts, ({ memory: reading }) =>
    reading.state === "known" ? reading.value.usedShare : undefined,
  );
  const disk = most(hosts, (fact) => {
    const worst = fullest(fact);
    return worst === undefined ? undefined : fullness(worst);
  });
  if (load === undefined || steady === undefined || memory === undefined) return [];
  const bad = (share: number, limit: number) => (share >= limit ? "warning" : "plain");
  return [
    span(`highest load ${load.toFixed(1)}`, bad(steady, thresholds.loadPerCoreWarning)),
    span(`, memory ${percent(memory)}`, bad(memory, thresholds.memoryWarning)),
    ...(disk === undefined ? [] : [span(`, disk ${percent(disk)}`, bad(disk, thresholds.diskWarning))]),
  ];
};

const most = (hosts: readonly HostFact[], of: (fact: HostFact) => number | undefined): number | undefined => {
  const values = hosts.map(of).filter((value) => value !== undefined);
  return values.length === 0 ? undefined : Math.max(...values);
};

const upkeep = (hosts: readonly HostFact[]): readonly Span[] => {
  const failed = hosts.flatMap(({ failedUnits }) => (failedUnits.state === "known" ? failedUnits.value : []));
  const waiting = hosts.filter(({ packages }) => packages.state === "known" && packages.value.upgradable > 0);
  const urgent = waiting.some(({ packages }) => packages.state === "known" && packages.value.security > 0);
  return [
    ...(failed.length === 0 ? [] : [span(plural(failed.length, "failed unit"), "warning")]),
    ...(waiting.length === 0 || failed.length > 0
      ? []
      : [span(`upgrades on ${waiting.length}${urgent ? ", some for security" : ""}`, urgent ? "info" : "plain")]),
  ];
};
