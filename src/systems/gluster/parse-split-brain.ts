import { parsed, unreadable, type Parsed } from "../../connect/command.ts";
import type { HostReply } from "../../connect/reply.ts";
import { wholeNumber } from "../text.ts";
import { parseCli } from "./parse-cli.ts";
import { child, children, textAt, textsAt, type XmlNode } from "./xml.ts";

export interface SplitBrain {
  /** Files and directories whose copies contradict each other, without double. */
  readonly paths: readonly string[];
  /** The largest number any brick reports; may exceed the paths listed. */
  readonly count: number;
  /** Bricks that could not be asked: there may be more than `count`. */
  readonly silentBricks: readonly string[];
}

const PATHS_KEPT = 100;

/** `gluster --xml volume heal VOLUME info split-brain` */
export const parseSplitBrain = (reply: HostReply): Parsed<SplitBrain> => {
  const output = parseCli(reply);
  if (!output.ok) return output;
  const bricks = children(child(child(output.value, "healInfo"), "bricks"), "brick");
  if (bricks.length === 0) return unreadable("the split-brain list names no brick");
  const counts = bricks.map((brick) => countOf(brick));
  return parsed({
    paths: [...new Set(bricks.flatMap((brick) => textsAt(brick, "file")))].slice(0, PATHS_KEPT),
    count: Math.max(0, ...counts.map((count) => count ?? 0)),
    silentBricks: bricks.filter((_, i) => counts[i] === undefined).map((brick) => textAt(brick, "name") ?? "?"),
  });
};

// A brick that could not be reached says "-", or leaves the element out and hides a 0 in its <status> (10.3).
const countOf = (brick: XmlNode): number | undefined =>
  textAt(brick, "status") === "Connected" ? wholeNumber(textAt(brick, "numberOfEntries")) : undefined;
