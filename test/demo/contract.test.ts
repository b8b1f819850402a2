import { afterAll } from "vitest";
import { launchDemo, type LaunchedDemo } from "../../src/demo/launch.ts";
import { clusterIn } from "../contract/ask-everything.ts";
import { contractSuite } from "../contract/suite.ts";

let demo: LaunchedDemo | undefined;
afterAll(() => demo?.close());

contractSuite("the embedded cluster", async () => {
  demo = await launchDemo();
  return clusterIn(demo.inventoryPath);
});
