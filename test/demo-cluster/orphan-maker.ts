import { launchDemo } from "../../src/demo/launch.ts";

// Started by launch.test.ts and killed there: starts a cluster, says where, and waits for its end.
const demo = await launchDemo();
process.send?.(demo.inventoryPath);
