import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Picture } from "../../../src/watch/picture.ts";
import { screenOf } from "./screen.tsx";
import type { LabWatch } from "./watch.ts";

/** What was shown during one incident, change by change, for a person to read. */
export interface Account {
  /** Names the moment: `broken`, `healed`. */
  readonly mark: (what: string) => void;
  /** The smallest screen as it is now. */
  readonly screen: () => Promise<void>;
  readonly close: () => Promise<void>;
}

const linesOf = ({ headline, next, sites, findings, hosts }: Picture): readonly string[] => [
  `# ${headline}`,
  `> ${next ?? ""}`,
  `sites ${sites?.severity} ${sites?.text}`,
  ...findings
    .filter(({ severity }) => severity !== "info")
    .map(({ severity, id, subject, text }) => `${severity} ${id} ${subject}: ${text}`),
  ...hosts.map(({ name, verdict }) => `${name} ${verdict.stance}: ${verdict.reasons[0]?.text}`),
];

/** Figures move between two looks; the number in a host's name does not. */
export const withoutFigures = (text: string): string => text.replaceAll(/\s+/g, " ").replaceAll(/(?<![a-z])\d+/gi, "#");

/** Written where MIDWATCH_LAB_ACCOUNTS says: `NAME.log` and `NAME.txt`. Without it nothing is kept. */
export const accountOf = ({ watch, now }: LabWatch, name: string): Account => {
  const folder = process.env["MIDWATCH_LAB_ACCOUNTS"];
  if (folder === undefined)
    return { mark: () => undefined, screen: async () => undefined, close: async () => undefined };
  const startMs = performance.now();
  const log: string[] = [];
  let before = new Map<string, string>();
  const tell = (what: string): void => {
    log.push(`${((performance.now() - startMs) / 1_000).toFixed(1).padStart(6)} ${what}`);
  };
  const look = (): void => {
    const lines = new Map(linesOf(now().picture).map((line) => [withoutFigures(line), line]));
    for (const [key, line] of before) if (!lines.has(key)) tell(`- ${line}`);
    for (const [key, line] of lines) if (!before.has(key)) tell(`+ ${line}`);
    before = lines;
  };
  look();
  const stop = watch.store.subscribe(look);
  const write = async (file: string, text: string): Promise<void> => {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, file), text);
  };
  return {
    mark: (what) => tell(`===== ${what}`),
    screen: async () => write(`${name}.txt`, await screenOf(watch, { columns: 80, rows: 24 })),
    close: async () => {
      stop();
      await write(`${name}.log`, `${log.join("\n")}\n`);
    },
  };
};
