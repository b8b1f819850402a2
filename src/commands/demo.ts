import { dirname, join } from "node:path";
import { launchDemo } from "../demo/launch.ts";
import { SCENARIOS as scenarios } from "../demo/scenarios.ts";
import { loadInventory } from "../inventory/load.ts";
import { nearest } from "../inventory/nearest.ts";
import { EXIT, problem } from "../inventory/problem.ts";
import { orFail } from "./choose.ts";
import { openScreen, type ScreenOptions } from "./console.ts";
import { CommandFailure } from "./failure.ts";

export interface DemoOptions extends ScreenOptions {
  readonly scenario?: string;
  readonly list?: boolean;
  readonly serve?: boolean;
}

/** `midwatch demo`: the embedded cluster in a process of its own, and the console on it over real SSH. */
export const runDemo = async (options: DemoOptions): Promise<void> => {
  if (options.list === true) {
    for (const { name, title } of scenarios) console.log(`${name.padEnd(24)}${title}`);
    return;
  }
  if (options.scenario !== undefined) checkScenario(options.scenario);
  const demo = await launchDemo(options.scenario === undefined ? {} : { scenario: options.scenario });
  try {
    if (options.serve === true) await serve(demo.inventoryPath);
    else {
      const clusters = orFail(await loadInventory(demo.inventoryPath)).map((cluster) => ({ ...cluster, demo: true }));
      const [first] = clusters;
      // What is done here is rehearsed: its journals and its audit are no real cluster's, and go with it.
      process.env["XDG_STATE_HOME"] = join(dirname(demo.inventoryPath), "state");
      if (first !== undefined) await openScreen(clusters, first, options, { scenarios, set: demo.setScenario });
    }
  } finally {
    await demo.close();
  }
};

const checkScenario = (name: string): void => {
  const names = scenarios.map((scenario) => scenario.name);
  if (names.includes(name)) return;
  const near = nearest(name, names);
  throw new CommandFailure([
    problem({
      what: `no scenario "${name}"${near === undefined ? "" : `; did you mean ${near}?`}`,
      fix: "midwatch demo --list",
      exitCode: EXIT.usage,
    }),
  ]);
};

const serve = async (inventoryPath: string): Promise<void> => {
  console.log(`inventory: ${inventoryPath}`);
  await new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => resolve());
  });
};
