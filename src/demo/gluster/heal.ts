import { isRunning } from "../host/state.ts";
import { fail, out, type Output } from "../shell/program.ts";
import type { Asker } from "./asker.ts";
import { bricksOf, type BrickState, type VolumeState } from "./state.ts";
import { isOnline } from "./tick.ts";
import { brickName } from "./volumes.ts";
import { cliXml, element, outcome, type Element } from "./xml.ts";

type Kind = "entries" | "summary" | "split-brain";

/** A brick on a host that has vanished is waited for: network.ping-timeout. */
const PING_TIMEOUT_MS = 10_000;

/** How long a crawl takes, ms: a look at every entry. */
const crawlMs = ({ world }: Asker, volume: VolumeState): number => {
  const bricks = bricksOf(volume);
  const waitMs = bricks.some((brick) => !world.hosts[brick.host].up) ? PING_TIMEOUT_MS : 150;
  return waitMs + bricks.reduce((all, brick) => all + brick.pending, 0) * 0.4;
};

/** `volume heal NAME info [summary | split-brain]` and `statistics heal-count`. */
export const healAnswer = (asker: Asker, volume: VolumeState, words: readonly string[]): Output => {
  const [verb, what] = words;
  if (verb === "statistics" && what === "heal-count") return out(heals(asker, volume), 90);
  if (verb === undefined) {
    volume.healedNow = true;
    return out(
      `Launching heal operation to perform index self heal on volume ${volume.name} has been successful \nUse heal info commands to check status.\n`,
      200,
    );
  }
  if (verb !== "info") return fail(1, "", "Usage: volume heal <VOLNAME> [info [summary | split-brain]]\n");
  const kind: Kind = what === "summary" || what === "split-brain" ? what : "entries";
  const bricks = bricksOf(volume);
  const text = asker.xml
    ? cliXml([
        element("healInfo", [
          element(
            "bricks",
            bricks.map((brick) => brickXml(asker, volume, brick, kind)),
          ),
        ]),
        ...outcome(0, 0, ""),
      ])
    : bricks.map((brick) => brickText(asker, volume, brick, kind)).join("");
  return out(text, crawlMs(asker, volume));
};

const LOST = "Transport endpoint is not connected";

const brickXml = (asker: Asker, volume: VolumeState, brick: BrickState, kind: Kind): Element => {
  const attributes = { hostUuid: asker.world.gluster.peers[brick.host] };
  const name = element("name", brickName(brick));
  if (!isOnline(asker.world, brick)) return lostBrick(name, kind);
  const pending = Math.round(brick.pending);
  const split = volume.splitBrain.length;
  if (kind === "summary") {
    const values = [pending + split, pending, split, 0];
    const counts = SUMMARY.map((count, at) => element(count, values[at] ?? 0));
    return element("brick", [name, element("status", "Connected"), ...counts], attributes);
  }
  const shown = entries(volume, brick, kind);
  return element(
    "brick",
    [
      name,
      ...shown.map(({ path, gfid }) => element("file", path, { gfid })),
      element("status", "Connected"),
      element("numberOfEntries", shown.length),
    ],
    attributes,
  );
};

/** What 10.3 prints of a brick it cannot ask: in the summary the counter's name and a 0 end up inside the status. */
const lostBrick = (name: Element, kind: Kind): Element => {
  const lost = { hostUuid: "-" };
  if (kind !== "summary")
    return element("brick", [name, element("status", LOST), element("numberOfEntries", "-")], lost);
  const status = `Failed to process entries completely. (${LOST})totalNumberOfEntries0`;
  return element("brick", [name, element("status", status)], lost);
};

const SUMMARY = [
  "totalNumberOfEntries",
  "numberOfEntriesInHealPending",
  "numberOfEntriesInSplitBrain",
  "numberOfEntriesPossiblyHealing",
];

const entries = (volume: VolumeState, brick: BrickState, kind: Kind): readonly { path: string; gfid: string }[] => {
  const gfid = (index: number): string => `${volume.id.slice(0, 24)}${String(index).padStart(12, "0")}`;
  const split = volume.splitBrain.map((path, index) => ({ path, gfid: gfid(900_000 + index) }));
  if (kind === "split-brain") return split;
  const pending = Array.from({ length: Math.round(brick.pending) }, (_, index) => ({
    path: `/uploads/2026/${String(1 + (index % 12)).padStart(2, "0")}/photo-${index}.jpg`,
    gfid: gfid(index),
  }));
  return [...split, ...pending];
};

const brickText = (asker: Asker, volume: VolumeState, brick: BrickState, kind: Kind): string => {
  const head = `Brick ${brickName(brick)}\n`;
  const online = isOnline(asker.world, brick);
  const pending = online ? String(Math.round(brick.pending)) : "-";
  const split = online ? String(volume.splitBrain.length) : "-";
  const status = `Status: ${online ? "Connected" : LOST}\n`;
  if (kind === "summary") {
    const total = online ? String(Math.round(brick.pending) + volume.splitBrain.length) : "-";
    return `${head}${status}Total Number of entries: ${total}\nNumber of entries in heal pending: ${pending}\nNumber of entries in split-brain: ${split}\nNumber of entries possibly healing: ${online ? "0" : "-"}\n\n`;
  }
  const paths = online
    ? entries(volume, brick, kind)
        .map(({ path }) => `${path}\n`)
        .join("")
    : "";
  const label = kind === "split-brain" ? "Number of entries in split-brain" : "Number of entries";
  return `${head}${kind === "split-brain" ? paths + status : paths + status}${label}: ${online ? entries(volume, brick, kind).length : "-"}\n\n`;
};

/** A brick whose host glusterd has lost gave no input; one whose process is dead says so. */
const heals = (asker: Asker, volume: VolumeState): string =>
  `Gathering count of entries to be healed on volume ${volume.name} has been successful \n${bricksOf(volume)
    .map((brick) => `\nBrick ${brickName(brick)}\n${countText(asker, brick)}\n`)
    .join("")}`;

const countText = ({ world }: Asker, brick: BrickState): string => {
  const none = "No gathered input for this brick";
  if (!isRunning(world.hosts[brick.host], "glusterd")) return none;
  return brick.running ? `Number of entries: ${Math.round(brick.pending)}` : `Status: Brick is not connected\n${none}`;
};
