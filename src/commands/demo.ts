import { dirname, join } from "node:path";
import { launchDemo, type LaunchedDemo } from "../demo/launch.ts";
import { SCENARIOS as scenarios } from "../demo/scenarios.ts";
import { loadInventory } from "../inventory/load.ts";
import { nearest } from "../inventory/nearest.ts";
import { EXIT, problem } from "../inventory/problem.ts";
import { orFail } from "./choose.ts";
import { openScreen, type ScreenOptions } from "./console.ts";
import { CommandFailure } from "./failure.ts";
import { quoted, thisMidwatch } from "./invocation.ts";

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
    if (options.serve === true) await serve(demo);
    else {
      const clusters = orFail(await loadInventory(demo.inventoryPath)).map((cluster) => ({ ...cluster, demo: true }));
      const [first] = clusters;
      process.env["XDG_STATE_HOME"] = stateHome(demo);
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

/** What is done here is rehearsed: its journals and its audit are no real cluster's, and go with it. */
const stateHome = ({ inventoryPath }: LaunchedDemo): string => join(dirname(inventoryPath), "state");

const serve = async (demo: LaunchedDemo): Promise<void> => {
  const opens = `XDG_STATE_HOME=${quoted(stateHome(demo))} ${thisMidwatch()}`;
  console.log(
    [
      `inventory: ${demo.inventoryPath}`,
      `viewer:    ${demo.viewerInventoryPath}`,
      "",
      "It runs until Ctrl-C. In another terminal, the console on it:",
      "",
      `${opens} -i ${quoted(demo.inventoryPath)}`,
      "",
      "The same for a viewer, who only looks:",
      "",
      `${opens} -i ${quoted(demo.viewerInventoryPath)}`,
    ].join("\n"),
  );
  await new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => resolve());
  });
};
