import { isRunning } from "../host/state.ts";
import { NODES, type NodeName } from "../layout.ts";
import { NOTICED_AFTER_MS, type Asker } from "./asker.ts";
import { cliXml, element, outcome, type Element } from "./xml.ts";

/** As the host that is asked believes: a peer that vanished without a word counts as connected for a while. */
const isConnected = ({ world }: Asker, node: NodeName): boolean => {
  const host = world.hosts[node];
  return host.up ? isRunning(host, "glusterd") : host.silentMs < NOTICED_AFTER_MS;
};

const others = ({ node }: Asker): readonly NodeName[] => NODES.filter((name) => name !== node).toReversed();

const peer = (asker: Asker, node: NodeName): Element =>
  element("peer", [
    element("uuid", asker.world.gluster.peers[node]),
    element("hostname", node),
    element("hostnames", [element("hostname", node)]),
    element("connected", isConnected(asker, node) ? 1 : 0),
    element("state", 3),
    element("stateStr", "Peer in Cluster"),
  ]);

/** Everybody but the host that is asked. */
export const peersXml = (asker: Asker): string =>
  cliXml([
    ...outcome(0, 0, ""),
    element(
      "peerStatus",
      others(asker).map((node) => peer(asker, node)),
    ),
  ]);

/** As {@link peersXml}, and the host itself as `localhost`, which has no state. */
export const poolXml = (asker: Asker): string => {
  const own = element("peer", [
    element("uuid", asker.world.gluster.peers[asker.node]),
    element("hostname", "localhost"),
    element("connected", 1),
  ]);
  return cliXml([
    ...outcome(0, 0, ""),
    element("peerStatus", [...others(asker).map((node) => peer(asker, node)), own]),
  ]);
};

export const poolText = (asker: Asker): string => {
  const { peers } = asker.world.gluster;
  const row = (id: string, name: string, connected: boolean): string =>
    `${id}\t${name.padEnd(9)}\t${connected ? "Connected" : "Disconnected"} \n`;
  return [
    "UUID\t\t\t\t\tHostname \tState\n",
    ...others(asker).map((node) => row(peers[node], node, isConnected(asker, node))),
    row(peers[asker.node], "localhost", true),
  ].join("");
};
