import { parsed, unreadable, type Parsed } from "../../connect/command.ts";
import type { HostReply } from "../../connect/reply.ts";
import { wholeNumber } from "../text.ts";
import { parseCli } from "./parse-cli.ts";
import { brickPlace } from "./parse-volumes.ts";
import { child, children, textAt, type XmlNode } from "./xml.ts";

/** One brick as a client on the host that was asked meets it. */
export interface BrickHeal {
  readonly host: string;
  readonly path: string;
  /** The client got through to it. */
  readonly connected: boolean;
  /** What it holds for bricks that missed it. Absent when it could not say: that is not 0. */
  readonly entries?: HealEntries | undefined;
  /** Why it could not. */
  readonly problem?: string | undefined;
}

export interface HealEntries {
  readonly total: number;
  /** Of the total: copies that contradict each other and heal no further by themselves. */
  readonly splitBrain: number;
}

/** `gluster --xml volume heal VOLUME info summary` */
export const parseHeal = (reply: HostReply): Parsed<readonly BrickHeal[]> => {
  const output = parseCli(reply);
  if (!output.ok) return output;
  const bricks = children(child(child(output.value, "healInfo"), "bricks"), "brick").map((brick) => brickOf(brick));
  if (bricks.length === 0) return unreadable("the heal summary names no brick");
  const read = bricks.filter((brick) => brick !== undefined);
  return read.length === bricks.length ? parsed(read) : unreadable("the heal summary has a brick without a name");
};

const brickOf = (brick: XmlNode): BrickHeal | undefined => {
  const place = brickPlace(textAt(brick, "name"));
  if (place === undefined) return undefined;
  const status = textAt(brick, "status") ?? "no status";
  // 10.3 writes the error and "totalNumberOfEntries0" into one <status>; other versions write "-" for the numbers.
  const connected = status === "Connected";
  const total = connected ? wholeNumber(textAt(brick, "totalNumberOfEntries")) : undefined;
  const splitBrain = connected ? wholeNumber(textAt(brick, "numberOfEntriesInSplitBrain")) : undefined;
  if (total !== undefined && splitBrain !== undefined) return { ...place, connected, entries: { total, splitBrain } };
  const why = /\(([^()]+)\)/.exec(status)?.[1] ?? status;
  return { ...place, connected, problem: connected ? "it gave no count" : why };
};
