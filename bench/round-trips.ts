/**
 * How many round trips a refresh costs, on the embedded cluster behind a relay that delays by 50 ms each way.
 * Everything is a ratio against one trivial question on the same line in the same run, so the machine's speed cancels out.
 *
 *     npm run bench:round-trips
 */
import { readFile, writeFile } from "node:fs/promises";
import type { Ask } from "../src/connect/command.ts";
import type { ReadAccess } from "../src/connect/access.ts";
import { openAccess } from "../src/connect/open.ts";
import { launchDemo } from "../src/demo/launch.ts";
import { loadInventory } from "../src/inventory/load.ts";
import { systems } from "../src/systems/registry.ts";
import { line, median } from "./figures.ts";
import { openRelay } from "./relay.ts";

const DELAY_MS = 50;
const ROUNDS = 9;

const timed = async (access: ReadAccess, target: string, asks: readonly Ask<"read">[]): Promise<number> => {
  const startMs = performance.now();
  await access.ask(target, asks, () => undefined);
  return performance.now() - startMs;
};

const rounds = async (once: () => Promise<number>): Promise<number> => {
  await once();
  const times: number[] = [];
  for (let i = 0; i < ROUNDS; i += 1) times.push(await once());
  return median(times);
};

const demo = await launchDemo();
const relays: { readonly close: () => void }[] = [];
try {
  const loaded = await loadInventory(demo.inventoryPath);
  const cluster = loaded.ok ? loaded.value[0] : undefined;
  if (cluster === undefined) throw new Error("the embedded cluster wrote no inventory");
  const knownHosts = demo.inventoryPath.replace("inventory.yaml", "known_hosts");
  let known = await readFile(knownHosts, "utf8");
  const hosts = [];
  for (const host of cluster.hosts) {
    const relay = await openRelay({ host: "127.0.0.1", port: host.ssh.port ?? 22 }, DELAY_MS);
    relays.push(relay);
    known = known.replace(
      new RegExp(`^\\[127.0.0.1\\]:${host.ssh.port} (.*)$`, "m"),
      `$&\n[127.0.0.1]:${relay.port} $1`,
    );
    hosts.push({ ...host, ssh: { ...host.ssh, port: relay.port } });
  }
  await writeFile(knownHosts, known);
  const slow = { ...cluster, hosts };
  const access = openAccess(slow);
  const probes = systems.filter((system) => system.present(slow)).flatMap((system) => system.probes(slow));
  const of = (target: string, kind: string) =>
    probes.filter((probe) => probe.ask.kind === kind && probe.candidates[0] === target).map((probe) => probe.ask);
  const batch = of("web1", "host").filter((ask) => ask.send.kind === "host" && ask.send.lane === "batch");
  const [first] = batch;
  if (first === undefined) throw new Error("nothing is asked of web1");

  const one = await rounds(() => timed(access, "web1", [first]));
  line(`one question to web1 (${DELAY_MS} ms each way)`, `${one.toFixed(0)} ms, counted as 1 round trip`);
  const all = await rounds(() => timed(access, "web1", batch));
  line(`all ${batch.length} batch questions to web1 together`, `${(all / one).toFixed(2)} round trips`);
  const apart = await rounds(async () => {
    const startMs = performance.now();
    for (const ask of batch) await timed(access, "web1", [ask]);
    return performance.now() - startMs;
  });
  line(`the same ${batch.length} one after another`, `${(apart / one).toFixed(2)} round trips`);
  for (const [target, kind] of [
    ["web1", "sql"],
    ["sessions", "redis"],
    ["lb1", "haproxy"],
  ] as const) {
    const asks = of(target, kind);
    line(
      `${asks.length} ${kind} of ${target} together`,
      `${((await rounds(() => timed(access, target, asks))) / one).toFixed(2)} round trips`,
    );
  }
  await access.close();
} finally {
  for (const relay of relays) relay.close();
  await demo.close();
}
