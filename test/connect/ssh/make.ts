import type { Cluster, Host, SshConfig } from "../../../src/inventory/cluster.ts";

interface HostSettings extends Partial<SshConfig> {
  readonly name: string;
  readonly address: string;
}

/** A host with nothing of the machine's own SSH settings in it, unless a test says so. */
export const host = ({ name, address, ...ssh }: HostSettings): Host => ({
  name,
  address,
  roles: ["node"],
  ssh: { agent: false, useSshConfig: false, ...ssh },
  disks: [],
});

export const cluster = (hosts: readonly Host[]): Cluster => ({
  name: "test",
  role: "viewer",
  source: "test",
  demo: false,
  hosts,
  redis: [],
  intervals: { fastMs: 2000, servicesMs: 10_000, glusterMs: 15_000, slowMs: 300_000, packagesMs: 600_000 },
  thresholds: {
    diskWarning: 0.9,
    diskCritical: 0.95,
    memoryWarning: 0.9,
    loadPerCoreWarning: 2,
    clockOffsetWarningMs: 1000,
    flowControlPausedWarning: 0.1,
    redisMemoryWarning: 0.9,
    sessionLimitWarning: 0.8,
    healthSlowWarningMs: 2000,
    gcacheWindowWarningMs: 1_800_000,
    healStalledCriticalMs: 1_200_000,
    fillingFrom: 0.7,
    fillingWarningMs: 3_600_000,
    serverErrorsWarning: 0.05,
    conflictsPerSecondWarning: 0.2,
    receiveQueueWarning: 10,
    catchUpWarningMs: 300_000,
    healBacklogWarning: 10,
    healStandingWarningMs: 120_000,
    syncDeletionsWarning: 100,
    packageListsWarningMs: 604_800_000,
  },
});
