import { parsed, unreadable, type Parsed } from "../../connect/command.ts";
import type { HostReply } from "../../connect/reply.ts";
import { wholeNumber } from "../text.ts";
import { parseCli } from "./parse-cli.ts";
import { child, children, textAt, type XmlNode } from "./xml.ts";

export interface VolumeInfo {
  readonly name: string;
  /** Started, Stopped, Created. */
  readonly status: string;
  /** Replicate, Distribute, Distributed-Replicate, Disperse … */
  readonly type: string;
  /** Bricks that hold the same files, arbiters included; 1 without replication. */
  readonly replicas: number;
  /** Several bricks of a host may live in one process. */
  readonly multiplexed: boolean;
  /** The self-heal daemon looks after it; on unless someone has set cluster.self-heal-daemon. */
  readonly selfHeal: boolean;
  readonly bricks: readonly BrickInfo[];
}

export interface BrickInfo {
  /** As the volume was made: a host name or address. */
  readonly host: string;
  readonly path: string;
  /** Of the peer it is on. */
  readonly peer: string;
  readonly arbiter: boolean;
}

/** GlusterFS takes any of these, and shows what was typed. */
const OFF = /^(off|no|false|disable|0)$/i;

/** `gluster --xml volume info all` */
export const parseVolumes = (reply: HostReply): Parsed<readonly VolumeInfo[]> => {
  const output = parseCli(reply);
  if (!output.ok) return output;
  const list = child(child(output.value, "volInfo"), "volumes");
  const volumes: VolumeInfo[] = [];
  for (const volume of children(list, "volume")) {
    const name = textAt(volume, "name");
    const status = textAt(volume, "statusStr");
    const bricks = children(child(volume, "bricks"), "brick").map((brick) => brickOf(brick));
    if (name === undefined || status === undefined) return unreadable("a volume has no name or no status");
    if (bricks.length === 0 || !bricks.every((brick) => brick !== undefined))
      return unreadable(`the bricks of volume ${name} could not be read`);
    const replicas = wholeNumber(textAt(volume, "replicaCount")) ?? 1;
    const options = children(child(volume, "options"), "option");
    const isSet = (option: string, value: RegExp): boolean =>
      options.some((each) => textAt(each, "name") === option && value.test(textAt(each, "value") ?? ""));
    volumes.push({
      name,
      status,
      type: textAt(volume, "typeStr") ?? "?",
      replicas: Math.max(1, replicas),
      multiplexed: isSet("cluster.brick-multiplex", /^(?!off$)/),
      selfHeal: !isSet("cluster.self-heal-daemon", OFF),
      bricks,
    });
  }
  return parsed(volumes);
};

const brickOf = (brick: XmlNode): BrickInfo | undefined => {
  const place = brickPlace(textAt(brick, "name"));
  if (place === undefined) return undefined;
  return { ...place, peer: textAt(brick, "hostUuid") ?? "", arbiter: textAt(brick, "isArbiter") === "1" };
};

/** `web1:/bricks/data/brick`, also with an IPv6 address before the path. */
export const brickPlace = (text: string | undefined): { readonly host: string; readonly path: string } | undefined => {
  const at = text?.indexOf(":/") ?? -1;
  return text === undefined || at <= 0 ? undefined : { host: text.slice(0, at), path: text.slice(at + 1) };
};
