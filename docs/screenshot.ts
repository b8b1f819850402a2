/**
 * Writes docs/screens/*.svg: the console on the embedded cluster in a real terminal, as its cells stand. Run by hand
 * when the screens changed, because clocks and simulated traffic make every picture differ.
 *
 *     npm run docs:screens
 */
import { mkdir, writeFile } from "node:fs/promises";
import { openScreen, ROOT, type Wanted } from "../test/screen/driver.ts";
import { screenSvg } from "./svg.ts";

interface Picture {
  readonly name: string;
  readonly title: string;
  readonly columns: number;
  readonly rows: number;
  readonly scenario: string;
  /** Pressed in turn, each when what stands before it is on screen. */
  readonly steps: readonly (readonly [shows: Wanted, ...keys: string[]])[];
  readonly shows: Wanted;
}

/** Nothing still waits for its first answer or its second sample: that is an ellipsis alone in its cell. */
const settled = (text: string): boolean =>
  text.includes("q quit") && !/first answers|so far|not asked yet| {2}…(?: |$)/m.test(text);
const settledWith =
  (wanted: RegExp) =>
  (text: string): boolean =>
    wanted.test(text) && settled(text);

const TO_DIALOG: Picture["steps"] = [
  [settledWith(/web1 +● SAFE[^]*web2 +● SAFE[^]*web3 +● SAFE/), "home", "down"],
  [/▸ . web2/, "D"],
  ["goes to the audit", ..."kernel update", "enter"],
  ["Go on with these", "enter"],
];

const pictures: readonly Picture[] = [
  {
    name: "overview",
    title: "All seven panes of a healthy cluster, 120 by 40",
    columns: 120,
    rows: 40,
    scenario: "healthy",
    steps: [],
    shows: settledWith(/all well/),
  },
  {
    name: "member-lost",
    title: "A node is down, 80 by 24",
    columns: 80,
    rows: 24,
    scenario: "node-down",
    steps: [],
    shows: settledWith(/CRITICAL[^]*bricks 4\/6/),
  },
  {
    name: "galera",
    title: "The Galera pane over the whole screen: every member's own view",
    columns: 120,
    rows: 30,
    scenario: "member-non-primary",
    steps: [[settled, "2", "enter"]],
    shows: (text) => settled(text) && /non-Primary/.test(text) && !text.includes("3 gluster"),
  },
  {
    name: "evidence",
    title: "Evidence: what was asked, and the raw answer",
    columns: 100,
    rows: 30,
    scenario: "heal-pending",
    steps: [
      [settled, "3"],
      [/━ 3: /, "e"],
    ],
    shows: /sent|asked/,
  },
  {
    name: "dialog",
    title: "What is asked before a host is drained, 100 by 30",
    columns: 100,
    rows: 30,
    scenario: "healthy",
    steps: TO_DIALOG,
    shows: "Begin drain of web2",
  },
  {
    name: "walkthrough",
    title: "The walkthrough of a drain, 100 by 30",
    columns: 100,
    rows: 30,
    scenario: "healthy",
    steps: [...TO_DIALOG, ["Begin drain of web2", "right", "right", "enter"], [/Waits for you/, "enter"]],
    shows: /✔ +2 [^]*Waits for you/,
  },
];

const WITHIN_MS = 90_000;

const take = async ({ name, title, columns, rows, scenario, steps, shows }: Picture): Promise<void> => {
  const command = [process.execPath, `${ROOT}dist/bin.js`, "demo", "--scenario", scenario] as const;
  const screen = openScreen({ command, columns, rows });
  try {
    for (const [wanted, ...keys] of steps) {
      await screen.shows(wanted, WITHIN_MS);
      screen.press(...keys);
    }
    await screen.shows(shows, WITHIN_MS);
    await writeFile(new URL(`screens/${name}.svg`, import.meta.url), screenSvg(title, columns, screen.styled()));
    console.log(`docs/screens/${name}.svg`);
  } finally {
    await screen.close();
  }
};

const only = process.argv.slice(2);
await mkdir(new URL("screens/", import.meta.url), { recursive: true });
for (const picture of pictures) if (only.length === 0 || only.includes(picture.name)) await take(picture);
