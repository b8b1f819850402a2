import { mkdir, mkdtemp, rm, watch } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { listJournals } from "../../../src/record/journal.ts";
import { wasSent, type JournaledChange, type Standing } from "../../../src/record/replay.ts";
import { openShop, type Shopping } from "./shoppers.ts";
import { dirs } from "./watch.ts";

export type Run = ReturnType<typeof start>;

/** midwatch on the lab; the state folder is what makes an operator's machine another. */
export const start = (folder: string, args: readonly string[]) =>
  execa(process.execPath, ["dist/main.js", ...args, "-i", dirs.inventory], {
    reject: false,
    all: true,
    env: { XDG_STATE_HOME: folder },
    stdin: "ignore",
    timeout: 500_000,
  });

/** An operator at a machine of their own: the state folder is what makes it another. */
export interface Hand {
  readonly midwatch: (...args: readonly string[]) => Run;
  /** Begins a procedure, with a reason and without a question. */
  readonly run: (...args: readonly string[]) => Run;
  readonly resume: (...args: readonly string[]) => Run;
  readonly undo: (...args: readonly string[]) => Run;
  /** The newest procedure, as this machine's journal has it. */
  readonly standing: () => Promise<Standing>;
  /** Resolves as soon as the journal has this step (`step maint`) or this change about to be sent; rejects at the end. */
  readonly arrives: (child: Run, point: string) => Promise<void>;
  /**
   * Kills it as soon as the journal has a step, or a change about to be sent, that `seen` has not, and remembers that
   * there; undefined when it ended before.
   */
  readonly killedAtNext: (child: Run, seen: Set<string>) => Promise<string | undefined>;
  readonly close: () => Promise<void>;
}

const CONSENT = ["--yes", "--reason", "a test"] as const;

export const handOnLab = async (): Promise<Hand> => {
  const folder = await mkdtemp(join(tmpdir(), "midwatch-hand-"));
  const state = join(folder, "midwatch", "lab");
  const journal = join(state, "journal");
  await mkdir(journal, { recursive: true });
  const standing = async (): Promise<Standing> => {
    const [newest] = await listJournals(state);
    if (newest === undefined) throw new Error("no procedure has been run from here");
    return newest;
  };
  const firstPoint = async (child: Run, fits: (point: string) => boolean): Promise<string | undefined> => {
    const ended = new AbortController();
    void child.finally(() => ended.abort());
    return firstNew(journal, ended.signal, async () =>
      // Only what this very process has begun or gone on with.
      pointsOf(await standing().catch(() => undefined), child.pid).find((point) => fits(point)),
    );
  };
  return {
    midwatch: (...args) => start(folder, args),
    run: (...args) => start(folder, ["run", ...args, ...CONSENT]),
    resume: (...args) => start(folder, ["journal", "resume", "--reason", "a test", ...args]),
    undo: (...args) => start(folder, ["journal", "undo", "--reason", "a test", ...args]),
    standing,
    arrives: async (child, point) => {
      const arrived = await firstPoint(child, (each) => each === point);
      if (arrived === undefined) throw new Error(`it ended without ${point}:\n${(await child).all}`);
    },
    killedAtNext: async (child, seen) => {
      const point = await firstPoint(child, (each) => !seen.has(each));
      if (point === undefined) return undefined;
      seen.add(point);
      child.kill("SIGKILL");
      return (await child).signal === "SIGKILL" ? point : undefined;
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
};

/** Looks again whenever something in the folder is written, until it finds something or `stop` aborts. */
const firstNew = async <T>(
  folder: string,
  stop: AbortSignal,
  look: () => Promise<T | undefined>,
): Promise<T | undefined> => {
  try {
    for await (const _ of watch(folder, { signal: stop })) {
      const found = await look();
      if (found !== undefined) return found;
    }
  } catch (error) {
    if (!stop.aborted) throw error;
  }
  return undefined;
};

/** Lines in the touched hosts' own logs stop nothing and are no change of the cluster. */
const isNoLog = ({ action }: JournaledChange): boolean => !action.startsWith("log ");

/** In names of what is kept and of units; of every run another. */
const withoutRun = (action: string): string =>
  action.replace(/\d{8}T\d{6}Z/, "TIME").replace(/(midwatch-[a-z]+)-[a-z\d]{8}-/, "$1-RUN-");

const pointsOf = (standing: Standing | undefined, pid: number | undefined): readonly string[] =>
  standing === undefined || standing.hand.pid !== pid
    ? []
    : [
        // In a step that is left out nothing happens; after the last one it has ended.
        ...(standing.step === undefined || standing.leftOut.has(standing.step) ? [] : [`step ${standing.step}`]),
        ...standing.changes.filter(isNoLog).map(({ step, action }) => `${step}: ${withoutRun(action)}`),
      ];

/** What may have reached the other side more than once, as the journal knows it. */
export const sentTwice = ({ changes }: Standing): readonly string[] => {
  const names = changes.filter((each) => isNoLog(each) && wasSent(each)).map(({ sent }) => sent);
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
};

/** Resolves with everything printed so far when that holds `text`; rejects when it ends without. */
export const says = (child: Run, text: string | RegExp): Promise<string> =>
  new Promise((resolve, reject) => {
    let said = "";
    child.all.on("data", (data: Buffer) => {
      said += data.toString();
      if (typeof text === "string" ? said.includes(text) : text.test(said)) resolve(said);
    });
    void child.finally(() => reject(new Error(`it ended without saying ${String(text)}:\n${said}`)));
  });

/** Visitors whose cookies keep bringing them back, so that a drain waits for as long as they are there; what they met. */
export const whileVisited = async (work: () => Promise<void>): Promise<Shopping> => {
  const shop = openShop(12, 4);
  try {
    await work();
  } catch (error) {
    await shop.close();
    throw error;
  }
  return shop.close();
};
