import { startDemoCluster, type DemoCluster, type DemoOptions } from "./cluster.ts";
import { readToChild, type ToParent } from "./messages.ts";

/**
 * The embedded cluster in a process of its own, started by launch.ts: a console that is busy drawing must not slow
 * the hosts down, nor they the console. Ends, and takes its files along, when the parent goes.
 */
const tell = (message: ToParent): void => {
  if (process.connected) process.send?.(message);
};

const options = (text: string | undefined): DemoOptions => {
  const given: unknown = JSON.parse(text ?? "{}");
  const { seed, scenario, speed } = typeof given === "object" && given !== null ? { ...blank, ...given } : blank;
  return {
    ...(typeof seed === "number" ? { seed } : {}),
    ...(typeof scenario === "string" ? { scenario } : {}),
    ...(typeof speed === "number" ? { speed } : {}),
  };
};

const blank: { readonly seed?: unknown; readonly scenario?: unknown; readonly speed?: unknown } = {};

const change = async (cluster: DemoCluster, name: string): Promise<ToParent> => {
  cluster.setScenario(name);
  await cluster.settled();
  return { type: "scenario", name };
};

const run = async (): Promise<void> => {
  const cluster = await startDemoCluster(options(process.argv[2]));
  let ending: Promise<void> | undefined;
  const end = (): void => {
    ending ??= cluster.close().finally(() => process.exit(0));
  };
  process.on("disconnect", end);
  process.on("SIGTERM", end);
  process.on("SIGHUP", end);
  // ^C reaches everything in the terminal; the parent decides what it means.
  process.on("SIGINT", () => undefined);
  process.on("message", (message) => {
    const order = readToChild(message);
    if (order === undefined) return;
    change(cluster, order.name).then(tell, (error: unknown) => {
      tell({ type: "failed", reason: error instanceof Error ? error.message : String(error) });
    });
  });
  if (!process.connected) end();
  tell({ type: "ready", inventoryPath: cluster.inventoryPath, viewerInventoryPath: cluster.viewerInventoryPath });
};

run().catch((error: unknown) => {
  tell({ type: "failed", reason: error instanceof Error ? error.message : String(error) });
  process.exitCode = 1;
  process.disconnect?.();
});
