/**
 * `midwatch status --json`, the whole process from start to exit, beside the same facts gathered from the same hosts by
 * `clush` over OpenSSH, in alternation. Needs the lab (`npm run lab up`), root, and clush:
 *
 *     apt-get install clustershell
 *     npm run bench:status-vs-clush
 *
 * Both make fresh connections. `-- --show` prints what clush runs and what came back.
 */
import { spawn } from "node:child_process";
import { access } from "node:fs/promises";
import { z } from "zod";
import { labDirs } from "../lab/dirs.ts";
import { loadInventory } from "../src/inventory/load.ts";
import { resolveSecret } from "../src/inventory/resolve-secret.ts";
import type { Cluster } from "../src/inventory/cluster.ts";
import { systems } from "../src/systems/registry.ts";
import { gatherScript, type Gathered, type Manner } from "./clush-script.ts";
import { line, median } from "./figures.ts";

const ROUNDS = Number(process.env["ROUNDS"] ?? "9");

interface Run {
  readonly ms: number;
  readonly exitCode: number | null;
  readonly output: string;
}

/** From before the process is made until it has ended and its output is here. */
const run = (file: string, args: readonly string[], input = ""): Promise<Run> =>
  new Promise((resolve, reject) => {
    const startMs = performance.now();
    const child = spawn(file, args, { stdio: ["pipe", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text) => (output += text));
    child.on("error", reject);
    child.on("close", (exitCode) => resolve({ ms: performance.now() - startMs, exitCode, output }));
    child.stdin.end(input);
  });

const gathered = async (cluster: Cluster): Promise<Gathered> => {
  const redisPasswords = new Map<string, string>();
  for (const { name, password } of cluster.redis) {
    const secret = password === undefined ? undefined : await resolveSecret(password);
    if (secret?.ok === true) redisPasswords.set(name, secret.value);
  }
  return { cluster, redisPasswords };
};

const dirs = labDirs(process.env);
await access(dirs.inventory).catch(() => {
  throw new Error("there is no lab here: npm run lab up");
});
const loaded = await loadInventory(dirs.inventory);
const cluster = loaded.ok ? loaded.value[0] : undefined;
if (cluster === undefined) throw new Error(`${dirs.inventory} describes no cluster`);
const probes = systems.filter((system) => system.present(cluster)).flatMap((system) => system.probes(cluster));
const what = await gathered(cluster);

const [host] = cluster.hosts;
/** Fresh connections, strict host keys, nothing of this machine's own configuration: as midwatch has it. */
const sshOptions = [
  `-F none -i ${host?.ssh.key ?? ""} -l ${host?.ssh.user ?? "root"} -o IdentitiesOnly=yes -o BatchMode=yes`,
  `-o StrictHostKeyChecking=yes -o UserKnownHostsFile=${dirs.knownHosts} -o ControlMaster=no`,
].join(" ");
const addresses = cluster.hosts.map(({ address }) => address).join(",");
const clushArgs = ["-S", "-q", "-w", addresses, "-o", sshOptions, "exec sh -s"];
const clush = (manner: Manner) => (): Promise<Run> => run("clush", clushArgs, gatherScript(what, probes, manner));
const status = (): Promise<Run> =>
  run(process.execPath, [
    new URL("../dist/bin.js", import.meta.url).pathname,
    "status",
    "--json",
    "-i",
    dirs.inventory,
  ]);

const sides = {
  "midwatch status --json": status,
  "clush, side by side on each host": clush("side by side"),
  "clush, one after another": clush("one after another"),
};

const seen = await status();
const report = z.looseObject({ hosts: z.array(z.looseObject({ link: z.looseObject({ state: z.string() }) })) });
if (!report.parse(JSON.parse(seen.output)).hosts.every(({ link }) => link.state === "up"))
  throw new Error("a host of the lab does not answer, which would compare timeouts: npm run lab reset");

if (process.argv.includes("--show")) {
  console.log(gatherScript(what, probes, "side by side").replaceAll(/REDISCLI_AUTH='[^']*'/g, "REDISCLI_AUTH=…"));
  console.log((await sides["clush, side by side on each host"]()).output);
}
const times = new Map<string, number[]>();
for (let round = 0; round <= ROUNDS; round += 1) {
  for (const [name, side] of Object.entries(sides)) {
    const { ms, exitCode, output } = await side();
    if (exitCode === null || exitCode > 3) throw new Error(`${name} ended with ${exitCode}:\n${output.slice(-2_000)}`);
    // The first round warms caches on all sides.
    if (round > 0) times.set(name, [...(times.get(name) ?? []), ms]);
  }
}
const of = (name: keyof typeof sides): number => median(times.get(name) ?? []);
for (const name of times.keys()) line(`${name}, median of ${ROUNDS}`, `${median(times.get(name) ?? []).toFixed(0)} ms`);
const mine = of("midwatch status --json");
for (const name of ["clush, side by side on each host", "clush, one after another"] as const)
  line(`midwatch ÷ ${name}`, (mine / of(name)).toFixed(2));
