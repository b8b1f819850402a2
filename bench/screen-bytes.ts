/**
 * What the console writes to its terminal at 120×40, on the embedded cluster: what a line of a few kilobytes a second
 * must carry. Everything is also given as a share of one full redraw, which is what a console without incremental
 * output writes for every frame.
 *
 *     npm run bench:screen-bytes
 */
import { setTimeout as pause } from "node:timers/promises";
import { launchDemo } from "../src/demo/launch.ts";
import { openScreen, ROOT, type Screen } from "../test/screen/driver.ts";
import { line, median } from "./figures.ts";

const WATCH_S = 30;
/** Rates need a past, and the first dry run of the sync takes its time: the picture is let settle before we count. */
const SETTLE_S = 12;

/** Begins a synchronized update, and so a frame. */
const FRAME = "\u001b[?2026h";

const frameBytes = (output: string): readonly number[] =>
  output
    .split(FRAME)
    .slice(1)
    .map((frame) => Buffer.byteLength(FRAME + frame));

/** Bytes of the frame that draws everything anew. */
const redrawBytes = async (screen: Screen): Promise<number> => {
  const before = screen.output().length;
  screen.press("ctrl-l");
  await pause(1_500);
  return Math.max(...frameBytes(screen.output().slice(before)));
};

const measure = async (what: string, speed: number): Promise<void> => {
  const demo = await launchDemo({ speed });
  const command = [process.execPath, `${ROOT}dist/bin.js`, "--inventory", demo.inventoryPath] as const;
  const screen = openScreen({ command, columns: 120, rows: 40 });
  try {
    await screen.shows(/all well/, 60_000);
    await pause(SETTLE_S * 1_000);
    const whole = await redrawBytes(screen);
    const before = screen.output().length;
    await pause(WATCH_S * 1_000);
    const output = screen.output().slice(before);
    const frames = frameBytes(output);
    const perSecond = Buffer.byteLength(output) / WATCH_S;
    const share = (bytes: number): string =>
      `${bytes.toFixed(0)} (${((100 * bytes) / whole).toFixed(1)} % of a redraw)`;
    line(`${what}: a full redraw`, `${whole} bytes`);
    line(`${what}: bytes per frame, median`, share(median(frames)));
    line(`${what}: bytes per frame, largest`, share(Math.max(...frames)));
    line(`${what}: frames per second`, (frames.length / WATCH_S).toFixed(2));
    line(`${what}: bytes per second`, share(perSecond));
    screen.press("q");
    await screen.ended();
  } finally {
    await screen.close();
    await demo.close();
  }
};

// A simulated cluster whose time all but stands still: only ages and clocks move.
await measure("quiet cluster", 1e-6);
await measure("cluster under traffic", 1);
