import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import type { DemoOptions } from "./cluster.ts";
import { readToParent, type ToParent } from "./messages.ts";
import { SCENARIOS } from "./scenarios.ts";

/** An embedded cluster in a process of its own. */
export interface LaunchedDemo {
  readonly inventoryPath: string;
  /** The same cluster for the account without sudo. */
  readonly viewerInventoryPath: string;
  readonly scenarios: readonly { readonly name: string; readonly title: string }[];
  /**
   * Resolves when the other systems have noticed, which takes them the seconds it really takes; rejects for a name that
   * is not in the catalogue.
   */
  readonly setScenario: (name: string) => Promise<void>;
  /** Resolves when the process has ended and removed its folder. */
  readonly close: () => Promise<void>;
}

/** Keys are made and five servers started; on a machine that is busy with everything else. */
const START_MS = 60_000;
const CHANGE_MS = 45_000;
const END_MS = 5_000;

/** Starts an embedded cluster; rejects with the reason when it cannot. */
export const launchDemo = async (options: DemoOptions = {}): Promise<LaunchedDemo> => {
  const child = startProcess(options);
  // A message to a process that has just ended: its end is what is told then.
  child.on("error", () => undefined);
  let complaint = "";
  child.stderr?.on("data", (bytes: Buffer) => {
    complaint = `${complaint}${bytes.toString("utf8")}`.slice(-2_000);
  });
  const first = await nextMessage(child, START_MS, () => complaint).catch(async (error: unknown) => {
    await end(child);
    throw error;
  });
  if (first.type !== "ready") {
    await end(child);
    throw new Error(first.type === "failed" ? first.reason : "the embedded cluster did not start");
  }
  const change = async (name: string, before: Promise<void>): Promise<void> => {
    await before;
    if (!child.connected) throw new Error("the embedded cluster has ended");
    child.send({ type: "scenario", name });
    const answer = await nextMessage(child, CHANGE_MS, () => complaint);
    if (answer.type === "failed") throw new Error(answer.reason);
  };
  let last: Promise<void> = Promise.resolve();
  return {
    inventoryPath: first.inventoryPath,
    viewerInventoryPath: first.viewerInventoryPath,
    scenarios: SCENARIOS.map(({ name, title }) => ({ name, title })),
    setScenario: (name) => {
      // One at a time: an answer does not say what it answers.
      const changed = change(name, last);
      last = changed.catch(() => undefined);
      return changed;
    },
    close: () => end(child),
  };
};

/** The file beside this one: compiled from dist, or the source itself, which Node runs as it is. */
const startProcess = (options: DemoOptions): ChildProcess => {
  const here = fileURLToPath(import.meta.url);
  const file = fileURLToPath(new URL(`./process${extname(here)}`, import.meta.url));
  const { NODE_OPTIONS: _ours, ...env } = process.env;
  return fork(file, [JSON.stringify(options)], { execArgv: [], env, stdio: ["ignore", "ignore", "pipe", "ipc"] });
};

const nextMessage = async (child: ChildProcess, deadlineMs: number, complaint: () => string): Promise<ToParent> => {
  const waiting = new AbortController();
  const timer = setTimeout(() => waiting.abort(), deadlineMs);
  try {
    const { signal } = waiting;
    const ended = once(child, "exit", { signal }).then((): never => {
      throw new Error(`the embedded cluster ended: ${complaint().trim().split("\n").at(-1) ?? ""}`);
    });
    const [message] = await Promise.race([once(child, "message", { signal }), ended]);
    const known = readToParent(message);
    if (known === undefined) throw new Error("the embedded cluster said something unknown");
    return known;
  } catch (error) {
    if (!waiting.signal.aborted) throw error;
    throw new Error(`the embedded cluster did not answer within ${deadlineMs / 1_000} s`, { cause: error });
  } finally {
    clearTimeout(timer);
    waiting.abort();
  }
};

const end = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  if (child.connected) child.disconnect();
  const timer = setTimeout(() => child.kill("SIGKILL"), END_MS);
  await ended;
  clearTimeout(timer);
};
