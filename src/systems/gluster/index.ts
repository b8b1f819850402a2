import { electedProbe, probe, type Probe } from "../probe.ts";
import type { System } from "../system.ts";
import { allow } from "../allowed.ts";
import { allowRestarts } from "../host/units.ts";
import { unitName } from "../unit.ts";
import { assessGluster } from "./assess.ts";
import { healVolume, mountVolume, stopBricks, unmountVolume } from "./changes.ts";
import {
  daemonCommand,
  healCommand,
  mountsCommand,
  opVersionCommand,
  poolCommand,
  processesCommand,
  spaceCommand,
  splitBrainCommand,
  versionCommand,
  volumesCommand,
} from "./commands.ts";
import { glusterFacts, type GlusterFacts } from "./facts.ts";
import { mountTarget } from "./mounts.ts";
import { glusterPane } from "./pane.ts";
import { POOL, volumeTarget } from "./pool.ts";
import { glusterReasons } from "./reasons.ts";
import { glusterRules } from "./rules.ts";
import { glusterFactsSchema } from "./schema.ts";
import { glusterSeries } from "./series.ts";
import { glusterStates } from "./states.ts";

export const gluster: System<GlusterFacts> = {
  id: "gluster",
  title: "gluster",
  commands: [
    poolCommand,
    volumesCommand,
    healCommand,
    splitBrainCommand,
    mountsCommand,
    spaceCommand,
    daemonCommand,
    processesCommand,
    versionCommand,
    opVersionCommand,
    healVolume,
    mountVolume,
    unmountVolume,
    stopBricks,
  ],
  allows: ({ gluster: config }) =>
    (config?.hosts ?? []).flatMap((host) => [
      ...allowRestarts(host, unitName(config?.service ?? "")),
      ...allow(opVersionCommand, host, undefined),
      ...allow(stopBricks, host, undefined),
      ...(config?.volumes ?? [])
        .filter(({ hosts }) => hosts.includes(host))
        .flatMap(({ mount }) => [...allow(mountVolume, host, { mount }), ...allow(unmountVolume, host, { mount })]),
      ...allow(healVolume, host, ...(config?.volumes ?? []).map(({ name }) => ({ volume: name }))),
    ]),
  present: (cluster) => cluster.gluster !== undefined,
  probes: ({ gluster: config, intervals }) => {
    if (config === undefined) return [];
    const { hosts, volumes, service } = config;
    const { glusterMs, servicesMs, slowMs } = intervals;
    const mounting = [...new Set(volumes.flatMap((volume) => volume.hosts))];
    const paths = (host: string): readonly string[] =>
      volumes.filter((volume) => volume.hosts.includes(host)).map(({ mount }) => mount);
    const mounts = mounting.flatMap((host) => paths(host).map((path) => ({ host, path })));
    return [
      electedProbe(poolCommand, POOL, hosts, undefined, glusterMs),
      electedProbe(volumesCommand, POOL, hosts, undefined, glusterMs),
      // Each volume is a group of its own: these wait 10 s for a brick that is gone, and need not wait for each other.
      ...volumes.flatMap(({ name }): readonly Probe[] => [
        electedProbe(healCommand, volumeTarget(name), hosts, { volume: name }, glusterMs),
        electedProbe(splitBrainCommand, volumeTarget(name), hosts, { volume: name }, 4 * glusterMs),
      ]),
      ...hosts.flatMap((host): readonly Probe[] => [
        probe(processesCommand, host, undefined, servicesMs),
        probe(daemonCommand, host, { service }, servicesMs),
        probe(versionCommand, host, undefined, slowMs),
      ]),
      ...mounting.map((host) => probe(mountsCommand, host, { paths: paths(host) }, servicesMs)),
      ...mounts.map(({ host, path }) =>
        electedProbe(spaceCommand, mountTarget(host, path), [host], { path }, servicesMs),
      ),
    ];
  },
  facts: glusterFacts,
  factsSchema: glusterFactsSchema,
  assess: assessGluster,
  rules: glusterRules,
  reasons: glusterReasons,
  states: glusterStates,
  series: glusterSeries,
  pane: glusterPane,
};
