import type { Cluster, Host } from "../../inventory/cluster.ts";
import { probe, type Probe } from "../probe.ts";
import type { System } from "../system.ts";
import { allowedOnHosts, logLine } from "./changes.ts";
import { assessHosts } from "./assess.ts";
import {
  aptUpgrades,
  clock,
  disks,
  dnfSecurity,
  dnfUpgrades,
  failedUnits,
  marks,
  namedDisks,
  needsRestarting,
  packageRun,
  vitals,
} from "./commands.ts";
import { clearFailedJob, endJob, jobLines, jobState, startJob } from "./jobs.ts";
import { isThere } from "./files.ts";
import { aptDownload, aptHolds, aptPlan, dnfPlan, dpkgAudit, dpkgVersions, rpmVersions } from "./package-commands.ts";
import { rebootHost, startUnit, stopUnit } from "./power.ts";
import { hostFacts } from "./facts.ts";
import { hostFactsSchema, type HostFacts } from "./facts-schema.ts";
import { hostPane } from "./pane.ts";
import { hostReasons } from "./reasons.ts";
import { hostRules } from "./rules.ts";
import { hostSeries } from "./series.ts";
import { hostStates } from "./states.ts";
import { disableUnit, enableUnit, reloadUnit, restartUnit, unitStates } from "./units.ts";

export const host: System<HostFacts> = {
  id: "host",
  title: "hosts",
  commands: [
    clock,
    vitals,
    disks,
    namedDisks,
    failedUnits,
    packageRun,
    marks,
    aptUpgrades,
    dnfUpgrades,
    dnfSecurity,
    needsRestarting,
    logLine,
    startJob,
    jobState,
    jobLines,
    clearFailedJob,
    endJob,
    aptPlan,
    aptDownload,
    aptHolds,
    dpkgAudit,
    dpkgVersions,
    rpmVersions,
    dnfPlan,
    stopUnit,
    startUnit,
    rebootHost,
    isThere,
    unitStates,
    restartUnit,
    reloadUnit,
    enableUnit,
    disableUnit,
  ],
  present: () => true,
  probes: (cluster) => cluster.hosts.flatMap((each) => probesOf(each, cluster)),
  allows: allowedOnHosts,
  facts: hostFacts,
  factsSchema: hostFactsSchema,
  assess: assessHosts,
  rules: hostRules,
  reasons: hostReasons,
  states: hostStates,
  series: hostSeries,
  pane: hostPane,
};

const probesOf = ({ name, disks: paths }: Host, { intervals }: Cluster): readonly Probe[] => [
  probe(clock, name, undefined, intervals.fastMs),
  probe(vitals, name, undefined, intervals.fastMs),
  probe(disks, name, undefined, intervals.servicesMs),
  ...(paths.length === 0 ? [] : [probe(namedDisks, name, paths, intervals.servicesMs)]),
  probe(failedUnits, name, undefined, intervals.servicesMs),
  probe(packageRun, name, undefined, intervals.servicesMs),
  probe(marks, name, undefined, intervals.slowMs),
  probe(aptUpgrades, name, undefined, intervals.packagesMs),
  probe(dnfUpgrades, name, undefined, intervals.packagesMs),
  probe(dnfSecurity, name, undefined, intervals.packagesMs),
  probe(needsRestarting, name, undefined, intervals.packagesMs),
];
