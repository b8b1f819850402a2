import { stat } from "node:fs/promises";
import { execa } from "execa";
import type { LabDirs } from "../../../lab/dirs.ts";
import { labDirs } from "../../../lab/dirs.ts";
import { openAccess } from "../../../src/connect/open.ts";
import type { Cluster } from "../../../src/inventory/cluster.ts";
import { loadInventory } from "../../../src/inventory/load.ts";
import { systems } from "../../../src/systems/registry.ts";
import { startWatch, type Watch } from "../../../src/watch/watch.ts";
import { expectWell, shownIn, type Shown } from "./shown.ts";

export const dirs: LabDirs = labDirs(process.env);

/** Without root there is no lab; with root a lab that is not up is an error, so that nothing is skipped in silence. */
export const possible =
  process.getuid?.() === 0 && (await stat("/etc/debian_version").catch(() => undefined)) !== undefined;
if (!possible) console.warn("SKIPPED: tests on the lab need root on Debian or Ubuntu");

/** A watch on the lab as the console has one, and ways to wait for what it shows. */
export interface LabWatch {
  readonly watch: Watch;
  readonly cluster: Cluster;
  readonly now: () => Shown;
  /** Resolves as soon as a picture passes; rejects with the last complaint. */
  readonly shows: (check: (shown: Shown) => void, withinMs?: number) => Promise<void>;
  /** The same against what is asked by hand, and asked again now and then: something may have moved. */
  readonly agrees: <T>(
    ask: () => Promise<T>,
    check: (byHand: T, shown: Shown) => void,
    withinMs?: number,
  ) => Promise<void>;
  /** Checks every picture from now on, until the returned function is called: that throws the first complaint. */
  readonly throughout: (check: (shown: Shown) => void) => () => void;
  readonly close: () => Promise<void>;
}

/** Most things are asked every few seconds; a busy machine may be slow. */
const WITHIN_MS = 20_000;
const ASK_AGAIN_MS = 5_000;

const describedBy = async (path: string): Promise<Cluster> => {
  const loaded = await loadInventory(path);
  const [cluster] = loaded.ok ? loaded.value : [];
  if (cluster === undefined) throw new Error(`${path} describes no cluster: is the lab up? npm run lab up`);
  return cluster;
};

export const watchLab = async (inventory: string): Promise<LabWatch> => {
  const described = await describedBy(inventory);
  // All hosts of the lab show this machine's load, which the tests themselves make.
  const cluster = { ...described, thresholds: { ...described.thresholds, loadPerCoreWarning: 1_000 } };
  const watch = startWatch({ cluster, access: openAccess(cluster), systems });
  const now = (): Shown => shownIn(watch.store.getState().picture);

  const shows: LabWatch["shows"] = (check, withinMs = WITHIN_MS) => {
    return new Promise((resolve, reject) => {
      let complaint: unknown;
      const stop = (): void => {
        clearTimeout(timer);
        unsubscribe();
      };
      const look = (): boolean => {
        try {
          check(now());
          return true;
        } catch (error) {
          complaint = error;
          return false;
        }
      };
      const timer = setTimeout(() => {
        stop();
        reject(complaint instanceof Error ? complaint : new Error(String(complaint)));
      }, withinMs);
      const unsubscribe = watch.store.subscribe(() => {
        if (!look()) return;
        stop();
        resolve();
      });
      if (look()) {
        stop();
        resolve();
      }
    });
  };

  return {
    watch,
    cluster,
    now,
    shows,
    agrees: async (ask, check, withinMs = WITHIN_MS) => {
      const endMs = performance.now() + withinMs;
      for (;;) {
        const byHand = await ask();
        const leftMs = endMs - performance.now();
        try {
          return await shows((shown) => check(byHand, shown), Math.min(leftMs, ASK_AGAIN_MS));
        } catch (error) {
          if (leftMs <= ASK_AGAIN_MS) throw error;
        }
      }
    },
    throughout: (check) => {
      let complaint: Error | undefined;
      const unsubscribe = watch.store.subscribe(() => {
        try {
          check(now());
        } catch (error) {
          complaint ??= error instanceof Error ? error : new Error(String(error));
        }
      });
      return () => {
        unsubscribe();
        if (complaint !== undefined) throw complaint;
      };
    },
    close: watch.close,
  };
};

/** Undoes whatever was broken, by the lab's own reset. */
export const resetLab = async (): Promise<void> => {
  const { exitCode, all } = await execa("node", ["lab/main.ts", "reset"], { reject: false, all: true });
  if (exitCode !== 0) throw new Error(`the lab does not get well again:\n${all}`);
};

/** Resets the lab, and waits until the watch, too, has nothing to complain of. */
export const backToHealth = async ({ watch, shows }: LabWatch): Promise<void> => {
  await resetLab();
  watch.refresh();
  await shows(expectWell, 60_000);
};
