import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Duplex } from "node:stream";
import ssh2, { type Client, type ConnectConfig } from "ssh2";
import { startDemoCluster, type DemoCluster, type DemoOptions } from "../../src/demo/cluster.ts";
import type { HostName, NodeName } from "../../src/demo/layout.ts";
import { install, type Installed } from "../../src/demo/rooms.ts";
import { scenarioNamed } from "../../src/demo/scenarios.ts";
import { createExecute } from "../../src/demo/shell/execute.ts";
import type { Output } from "../../src/demo/shell/program.ts";
import { createSimulation, type Simulation } from "../../src/demo/simulation.ts";
import { answerSql } from "../../src/demo/galera/sql.ts";
import type { World } from "../../src/demo/world.ts";

/** A simulation without any server, on a clock that stands still unless it is pushed. */
export interface StillCluster {
  readonly simulation: Simulation;
  readonly installed: Installed;
  readonly world: () => World;
  readonly pass: (ms: number) => void;
  readonly set: (scenario: string) => void;
  readonly run: (host: HostName, argv: readonly string[], user?: string) => Output;
  readonly sql: (node: NodeName, name: string) => string | undefined;
}

const named = (name: string) => {
  const scenario = scenarioNamed(name);
  if (scenario === undefined) throw new Error(`no scenario ${name}`);
  return scenario;
};

export const stillCluster = (scenario = "healthy", seed = 1): StillCluster => {
  let nowMs = 1_800_000_000_000;
  const simulation = createSimulation({ seed, scenario: named(scenario), speed: 1, clock: () => nowMs });
  const installed = install({ sql: "sql-password", redis: "redis-password", redisOperator: "redis-operator" });
  const execute = createExecute(installed.programs);
  const world = (): World => simulation.now();
  return {
    simulation,
    installed,
    world,
    pass: (ms) => {
      nowMs += ms;
    },
    set: (name) => simulation.setScenario(named(name)),
    run: (host, argv, user = "ops") =>
      execute(
        argv,
        { world: world(), host: world().hosts[host], user, stdin: "" },
        (name) => `sh: 1: ${name}: not found`,
      ),
    sql: (node, name) => {
      const answer = answerSql(world(), world().galera.members[node], `SHOW GLOBAL STATUS LIKE '${name}'`);
      return answer.kind === "rows" ? (answer.rows[0]?.[1] ?? undefined) : undefined;
    },
  };
};

/** Starts a cluster for one test and takes it down whatever happens. */
export const withCluster = async (
  options: DemoOptions,
  use: (cluster: DemoCluster) => Promise<void>,
): Promise<void> => {
  const cluster = await startDemoCluster(options);
  try {
    await use(cluster);
  } finally {
    await cluster.close();
  }
};

export interface Login extends ConnectConfig {
  readonly port: number;
  readonly privateKey: Buffer | string;
}

const HOSTS: readonly HostName[] = ["web1", "web2", "web3", "lb1"];

export const login = async (cluster: DemoCluster, host: HostName, user = "ops"): Promise<Login> => {
  const folder = dirname(cluster.inventoryPath);
  const knownHosts = await readFile(join(folder, "known_hosts"), "utf8");
  const line = knownHosts.split("\n")[HOSTS.indexOf(host)] ?? "";
  const [, port = "0", key = ""] = /^\[127\.0\.0\.1\]:(\d+) ssh-ed25519 (\S+)$/.exec(line) ?? [];
  return {
    host: "127.0.0.1",
    port: Number(port),
    username: user,
    privateKey: await readFile(join(folder, user === "viewer" ? "id_viewer" : "id_ops")),
    hostVerifier: (offered: Buffer) => offered.toString("base64") === key,
  };
};

export const connect = (config: ConnectConfig): Promise<Client> =>
  new Promise((resolve, reject) => {
    const client = new ssh2.Client();
    client.once("ready", () => resolve(client));
    client.on("error", reject);
    client.connect(config);
  });

/** A connected client of one host, closed afterwards. */
export const withClient = async (
  cluster: DemoCluster,
  host: HostName,
  use: (client: Client) => Promise<void>,
  user = "ops",
): Promise<void> => {
  const client = await connect(await login(cluster, host, user));
  try {
    await use(client);
  } finally {
    client.end();
  }
};

export interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | null;
}

/** Runs a command; `input` is its standard input, closed at once. */
export const exec = (client: Client, command: string, input = ""): Promise<Ran> =>
  new Promise((resolve, reject) => {
    client.exec(command, (error, channel) => {
      if (error !== undefined) {
        reject(error);
        return;
      }
      let stdout = "";
      let stderr = "";
      channel.on("data", (bytes: Buffer) => {
        stdout += bytes.toString("utf8");
      });
      channel.stderr.on("data", (bytes: Buffer) => {
        stderr += bytes.toString("utf8");
      });
      channel.on("close", (code: number | null) => resolve({ stdout, stderr, exitCode: code }));
      channel.end(input);
    });
  });

/** Opens a tunnel to a port or a socket of the host. */
export const tunnel = (client: Client, to: number | string): Promise<Duplex> =>
  new Promise((resolve, reject) => {
    const done = (error: Error | undefined, stream: Duplex): void =>
      error === undefined ? resolve(stream) : reject(error);
    if (typeof to === "string") client.openssh_forwardOutStreamLocal(to, done);
    else client.forwardOut("127.0.0.1", 0, "127.0.0.1", to, done);
  });

export const readAll = async (stream: Duplex): Promise<string> => {
  let text = "";
  for await (const bytes of stream) text += String(bytes);
  return text;
};

/** Waits until something holds, for at most ten seconds. */
export const until = async (holds: () => boolean | Promise<boolean>, what: string): Promise<void> => {
  for (const end = Date.now() + 10_000; Date.now() < end;) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`waited in vain: ${what}`);
};
