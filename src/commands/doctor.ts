import { openAccess } from "../connect/open.ts";
import type { Cluster } from "../inventory/cluster.ts";
import { findInventory } from "../inventory/find.ts";
import { loadInventory } from "../inventory/load.ts";
import { plural } from "../systems/format.ts";
import { systems } from "../systems/registry.ts";
import { displayFor, themeFor } from "../ui/theme.ts";
import { chooseCluster, orFail, type ClusterChoice } from "./choose.ts";
import { doctorExitCode, type Check } from "./doctor-check.ts";
import { examine } from "./doctor-examine.ts";
import { checkLines, verdictLine } from "./doctor-text.ts";
import { midwatchVersion } from "./version.ts";

export interface DoctorOptions extends ClusterChoice {
  readonly json?: boolean;
}

/** Longer than a connection may take, its own deadlines included. */
const CONNECT_MS = 20_000;

/**
 * `midwatch doctor`: the inventory, then every connection and every question, once. Prints each part as it is known;
 * ends with 0 when all is well, 1 when a privilege or a program is missing, 2 when something does not answer.
 */
export const runDoctor = async (options: DoctorOptions): Promise<void> => {
  const path = orFail(await findInventory(options.inventory));
  const all = orFail(await loadInventory(path));
  const clusters = options.cluster === undefined ? all : [chooseCluster(all, options.cluster)];
  const theme = themeFor(displayFor(process.env));
  const say = (text: string): void => {
    if (options.json !== true) console.log(text);
  };
  const hosts = clusters.reduce((sum, cluster) => sum + cluster.hosts.length, 0);
  const file: Check = {
    subject: "inventory",
    area: "file",
    state: "ok",
    text: `${path}: ${plural(clusters.length, "cluster")}, ${plural(hosts, "host")}`,
    fixes: [],
  };
  for (const line of checkLines([file], theme)) say(line);
  const reports: { readonly cluster: string; readonly checks: readonly Check[] }[] = [];
  for (const cluster of clusters) {
    if (clusters.length > 1) say(`\n${cluster.name}`);
    const names = [cluster, ...cluster.hosts, ...cluster.redis].map(({ name }) => name.length);
    const checks = await examineCluster(cluster, (part) => {
      for (const line of checkLines(part, theme, Math.max(9, ...names))) say(line);
    });
    reports.push({ cluster: cluster.name, checks });
  }
  const checks = reports.flatMap((report) => report.checks);
  say(verdictLine(checks));
  if (options.json === true)
    console.log(JSON.stringify({ version: 1, midwatch: midwatchVersion(), inventory: path, clusters: reports }));
  process.exitCode = doctorExitCode(checks);
};

const examineCluster = async (
  cluster: Cluster,
  onPart: (checks: readonly Check[]) => void,
): Promise<readonly Check[]> => {
  const access = openAccess(cluster, {});
  try {
    const checks: Check[] = [];
    for (const part of examine({ cluster, access, systems, connectMs: CONNECT_MS })) {
      const known = await part;
      onPart(known);
      checks.push(...known);
    }
    return checks;
  } finally {
    await access.close();
  }
};
