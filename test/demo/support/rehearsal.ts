import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll } from "vitest";
import { launchDemo, type LaunchedDemo } from "../../../src/demo/launch.ts";
import { serverStatesIn } from "./server-states.ts";

export interface Rehearsal {
  readonly demo: () => LaunchedDemo;
  /** Where the machines' state is kept, each in a folder of its own name. */
  readonly folder: () => string;
  /** The built midwatch, as an operator on a machine of their own; a viewer with the viewer's inventory. */
  readonly on: (machine: string, as?: "operator" | "viewer") => (...args: readonly string[]) => Run;
  /** `web/web2` → status, by a midwatch that only looks. */
  readonly states: () => Promise<Readonly<Record<string, string>>>;
}

export type Run = ReturnType<typeof start>;

const start = (folder: string, inventory: string, args: readonly string[]) =>
  execa(process.execPath, ["dist/main.js", ...args, "-i", inventory], {
    reject: false,
    all: true,
    env: { XDG_STATE_HOME: folder },
    stdin: "ignore",
    timeout: 140_000,
  });

/** An embedded cluster for one file of tests. */
export const useRehearsal = (options: Parameters<typeof launchDemo>[0] = {}): Rehearsal => {
  let opened: { readonly demo: LaunchedDemo; readonly folder: string } | undefined;
  const now = () => {
    if (opened === undefined) throw new Error("before the tests of this file have begun");
    return opened;
  };
  beforeAll(async () => {
    opened = { demo: await launchDemo(options), folder: await mkdtemp(join(tmpdir(), "midwatch-rehearsal-")) };
  }, 90_000);
  afterAll(async () => {
    const { demo, folder } = now();
    await demo.close();
    await rm(folder, { recursive: true });
  });
  const on: Rehearsal["on"] =
    (machine, as = "operator") =>
    (...args) => {
      const { demo, folder } = now();
      return start(join(folder, machine), as === "viewer" ? demo.viewerInventoryPath : demo.inventoryPath, args);
    };
  return {
    demo: () => now().demo,
    folder: () => now().folder,
    on,
    states: async () => {
      const { stdout } = await on("looker")("status", "--json");
      return serverStatesIn(stdout);
    },
  };
};

/** Kills it when it prints what `when` looks for; false when it ended before. */
export const killedAt = async (child: Run, when: (line: string) => boolean): Promise<boolean> => {
  let killed = false;
  for await (const line of child) {
    if (!when(line)) continue;
    killed = child.kill("SIGKILL");
    break;
  }
  await child;
  return killed;
};
