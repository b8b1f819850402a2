import { parsed, unreadable, type Parsed } from "../../connect/command.ts";
import type { HostReply } from "../../connect/reply.ts";
import { parseCli } from "./parse-cli.ts";
import { child, children, textAt } from "./xml.ts";

/** A member of the trusted pool, as the host that was asked sees it. */
export interface Peer {
  readonly uuid: string;
  /** `localhost` is the host that was asked. */
  readonly name: string;
  readonly connected: boolean;
  /** `Peer in Cluster` when all is well; the host that was asked says none of itself. */
  readonly state?: string | undefined;
}

/** `gluster --xml pool list` */
export const parsePool = (reply: HostReply): Parsed<readonly Peer[]> => {
  const output = parseCli(reply);
  if (!output.ok) return output;
  const peers = children(child(output.value, "peerStatus"), "peer").flatMap((peer): readonly Peer[] => {
    const uuid = textAt(peer, "uuid");
    const name = textAt(peer, "hostname");
    const connected = textAt(peer, "connected");
    if (uuid === undefined || name === undefined || connected === undefined) return [];
    return [{ uuid, name, connected: connected === "1", state: textAt(peer, "stateStr") }];
  });
  return peers.length === 0 ? unreadable("the pool list names no peer, not even the host itself") : parsed(peers);
};
