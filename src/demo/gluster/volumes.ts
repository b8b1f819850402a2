import { isRunning } from "../host/state.ts";
import { NODES, type NodeName } from "../layout.ts";
import type { Asker } from "./asker.ts";
import { bricksOf, type BrickState, type VolumeState } from "./state.ts";
import { isOnline } from "./tick.ts";
import { cliXml, element, outcome, type Element } from "./xml.ts";

const OPTIONS: Readonly<Record<string, string>> = {
  "performance.client-io-threads": "off",
  "nfs.disable": "on",
  "transport.address-family": "inet",
  "storage.fips-mode-rchecksum": "on",
  "cluster.granular-entry-heal": "on",
  "network.ping-timeout": "10",
};

export const brickName = ({ host, path }: BrickState): string => `${host}:${path}`;

export const infoXml = ({ world }: Asker, volumes: readonly VolumeState[]): string =>
  cliXml([
    ...outcome(0, 0, ""),
    element("volInfo", [
      element("volumes", [
        ...volumes.map((volume) => info(volume, world.gluster.peers)),
        element("count", volumes.length),
      ]),
    ]),
  ]);

const info = (volume: VolumeState, peers: Readonly<Record<NodeName, string>>): Element =>
  element("volume", [
    element("name", volume.name),
    element("id", volume.id),
    element("status", 1),
    element("statusStr", "Started"),
    element("snapshotCount", 0),
    element("brickCount", NODES.length),
    element("distCount", 1),
    element("replicaCount", NODES.length),
    element("arbiterCount", 0),
    element("disperseCount", 0),
    element("redundancyCount", 0),
    element("type", 2),
    element("typeStr", "Replicate"),
    element("transport", 0),
    element(
      "bricks",
      bricksOf(volume).map((brick) =>
        element(
          "brick",
          [element("name", brickName(brick)), element("hostUuid", peers[brick.host]), element("isArbiter", 0)],
          { uuid: peers[brick.host] },
        ),
      ),
    ),
    element("optCount", Object.keys(OPTIONS).length),
    element(
      "options",
      Object.entries(OPTIONS).map(([name, value]) =>
        element("option", [element("name", name), element("value", value)]),
      ),
    ),
  ]);

export const statusXml = (asker: Asker, volumes: readonly VolumeState[], detail: boolean): string =>
  cliXml([
    ...outcome(0, 0, ""),
    element("volStatus", [
      element(
        "volumes",
        volumes.map((volume) => status(asker, volume, detail)),
      ),
    ]),
  ]);

/** Peers that glusterd cannot reach are left out, their bricks too: the row is missing, not marked. */
const status = (asker: Asker, volume: VolumeState, detail: boolean): Element => {
  const { world } = asker;
  const reachable = NODES.filter((node) => isRunning(world.hosts[node], "glusterd"));
  const bricks = bricksOf(volume).filter((brick) => reachable.includes(brick.host));
  const daemons = detail ? [] : [asker.node, ...reachable.filter((node) => node !== asker.node)];
  const nodes = [
    ...bricks.map((brick) => brickNode(asker, volume, brick, detail)),
    ...daemons.map((node) => daemonNode(asker, node)),
  ];
  return element("volume", [
    element("volName", volume.name),
    element("nodeCount", nodes.length),
    ...nodes,
    ...(detail ? [] : [element("tasks", "")]),
  ]);
};

const ports = (port: string): readonly Element[] => [
  element("port", port),
  element("ports", [element("tcp", port), element("rdma", "N/A")]),
];

const brickNode = ({ world }: Asker, volume: VolumeState, brick: BrickState, detail: boolean): Element => {
  const online = isOnline(world, brick);
  const disk = world.hosts[brick.host].disks.find(({ target }) => target === "/bricks");
  const sizeKb = disk?.sizeKb ?? 0;
  return element("node", [
    element("hostname", brick.host),
    element("path", brick.path),
    element("peerid", world.gluster.peers[brick.host]),
    element("status", online ? 1 : 0),
    ...ports(online ? String(brick.port) : "N/A"),
    element("pid", online ? brick.pid : -1),
    ...(detail
      ? [
          element("sizeTotal", Math.round(sizeKb * 1_024)),
          element("sizeFree", Math.round((sizeKb - (disk?.usedKb ?? 0)) * 1_024)),
          element("device", disk?.source ?? ""),
          element("blockSize", 4_096),
          element("mntOptions", disk?.options ?? ""),
          element("fsName", disk?.type ?? ""),
          element("inodesTotal", disk?.inodes ?? 0),
          element("inodesFree", (disk?.inodes ?? 0) - (disk?.inodesUsed ?? 0) - Math.round(volume.usedKb / 9_000)),
        ]
      : []),
  ]);
};

const daemonNode = (asker: Asker, node: NodeName): Element =>
  element("node", [
    element("hostname", "Self-heal Daemon"),
    element("path", node === asker.node ? "localhost" : node),
    element("peerid", asker.world.gluster.peers[node]),
    element("status", 1),
    ...ports("N/A"),
    element("pid", asker.world.gluster.healDaemonPids[node]),
  ]);

export const statusText = ({ world }: Asker, volumes: readonly VolumeState[]): string =>
  volumes
    .map((volume) => {
      const rows = bricksOf(volume)
        .filter((brick) => isRunning(world.hosts[brick.host], "glusterd"))
        .map((brick) => {
          const online = isOnline(world, brick);
          const port = (online ? String(brick.port) : "N/A").padEnd(10);
          return `${`Brick ${brickName(brick)}`.padEnd(44)}${port}${"0".padEnd(11)}${(online ? "Y" : "N").padEnd(8)}${online ? brick.pid : "N/A"}\n`;
        });
      return `Status of volume: ${volume.name}\nGluster process                             TCP Port  RDMA Port  Online  Pid\n${"-".repeat(78)}\n${rows.join("")} \n`;
    })
    .join("");
