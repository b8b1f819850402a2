import { varying } from "../../connect/vary.ts";
import type { Cluster } from "../../inventory/cluster.ts";
import { allow, type Allowed } from "../allowed.ts";
import { allowJob } from "./jobs.ts";
import {
  aptDownload,
  aptHolds,
  aptPlan,
  aptUpgradeArgv,
  dnfPlan,
  dnfUpgradeArgv,
  dpkgAudit,
  dpkgConfigureArgv,
  dpkgVersions,
  QUIET,
  rpmVersions,
  type Chosen,
} from "./package-commands.ts";
import { rebootHost, startUnit, stopUnit } from "./power.ts";

/** apt takes `name-` for "remove it" and `name=version`, `name/release`, a path for others than the newest: none of these. */
const NAME = "[a-z0-9]([a-z0-9.:+-]*[a-z0-9])?([+][+])?";
const NAMES: Chosen = { kind: "names", names: [varying(`${NAME}( ${NAME})*`, "apache2 mariadb-server")] };
const RPM_NAME = "[A-Za-z0-9_]([A-Za-z0-9_.+-]*[A-Za-z0-9+])?";
const RPM_NAMES: Chosen = { kind: "names", names: [varying(`${RPM_NAME}( ${RPM_NAME})*`, "httpd mariadb-server")] };
const ALL: Chosen = { kind: "all" };
const CONFFILES = ["keep", "replace"] as const;

/** Upgrading a host's packages, with what is stopped before, started after and rebooted. */
export const allowUpgrades = (host: string, cluster: Cluster): readonly Allowed[] => [
  ...allow(aptPlan, host, ALL, NAMES),
  ...allow(aptDownload, host, ALL, NAMES),
  ...allow(aptHolds, host, undefined),
  ...allow(dpkgAudit, host, undefined),
  ...allow(dpkgVersions, host, ["apache2"]),
  ...allow(rpmVersions, host, ["httpd"]),
  ...allow(dnfPlan, host, { security: true }, { security: false }),
  ...CONFFILES.flatMap((conffiles) => [
    ...allowJob(host, { argv: dpkgConfigureArgv(conffiles), environment: QUIET }),
    ...allowJob(host, { argv: aptUpgradeArgv(ALL, conffiles), environment: QUIET }),
    ...allowJob(host, { argv: aptUpgradeArgv(NAMES, conffiles), environment: QUIET }),
  ]),
  ...allowJob(host, { argv: dnfUpgradeArgv(ALL), environment: QUIET }),
  ...allowJob(host, { argv: dnfUpgradeArgv(RPM_NAMES), environment: QUIET }),
  ...unitsOf(host, cluster).flatMap((unit) => [
    ...allow(stopUnit, host, { unit }),
    ...allow(startUnit, host, { unit }),
  ]),
  ...allow(rebootHost, host, undefined),
];

/** The services an upgrade stops in order, where they run. */
const unitsOf = (host: string, { galera, gluster, web, haproxy }: Cluster): readonly string[] => [
  ...(galera?.members.some((member) => member.host === host) === true ? [galera.service] : []),
  ...(gluster?.hosts.includes(host) === true ? [gluster.service] : []),
  ...(web?.hosts.includes(host) === true ? [web.service] : []),
  ...(haproxy?.loadBalancers.some((balancer) => balancer.host === host) === true ? ["haproxy"] : []),
];
