import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { inventoryText, type Places } from "./inventory-text.ts";
import { ACCOUNTS, HOSTS, type HostName } from "./layout.ts";
import { install } from "./rooms.ts";
import { SCENARIOS, scenarioNamed, type Scenario } from "./scenarios.ts";
import { createSimulation } from "./simulation.ts";
import { generateKeys, parsePublicKey } from "./ssh/keys.ts";
import { startSshHost, type SshHost } from "./ssh/server.ts";

export interface DemoOptions {
  /** The same seed gives the same cluster. */
  readonly seed?: number;
  /** Name of the scenario it starts in; `healthy` without one. */
  readonly scenario?: string;
  /** How many times as fast as the clock things happen. */
  readonly speed?: number;
}

/** A running embedded cluster. */
export interface DemoCluster {
  /** The operator's inventory, as text. */
  readonly inventory: string;
  /** In a private folder with the keys, the known hosts and the passwords. */
  readonly inventoryPath: string;
  /** The same cluster for the account without sudo. */
  readonly viewerInventoryPath: string;
  /** Throws for a name that is not in the catalogue. */
  readonly setScenario: (name: string) => void;
  /** Resolves when the other systems have noticed what the scenario did, which takes them the seconds it really takes. */
  readonly settled: () => Promise<void>;
  /** Stops the servers and removes the folder. */
  readonly close: () => Promise<void>;
}

/** Longer than any system takes. */
const SETTLE_MS = 30_000;
const LOOK_EVERY_MS = 50;

const known = (name: string): Scenario => {
  const scenario = scenarioNamed(name);
  if (scenario !== undefined) return scenario;
  throw new Error(`there is no scenario "${name}"; there are: ${SCENARIOS.map((each) => each.name).join(", ")}`);
};

/** Starts the simulated hosts, each with an SSH server on a free loopback port; everything else is behind those. */
export const startDemoCluster = async (options: DemoOptions = {}): Promise<DemoCluster> => {
  const scenario = known(options.scenario ?? "healthy");
  const { seed = 1, speed = 1 } = options;
  const simulation = createSimulation({ seed, scenario, speed, clock: Date.now });
  const secrets = { sql: password(), redis: password(), redisOperator: password() };
  const installed = install(secrets);
  const clients = { operator: generateKeys(), viewer: generateKeys() };
  const accounts = new Map([
    [ACCOUNTS.operator, parsePublicKey(clients.operator.publicKey)],
    [ACCOUNTS.viewer, parsePublicKey(clients.viewer.publicKey)],
  ]);
  const hosts: SshHost[] = [];
  const ports: Record<HostName, number> = { web1: 0, web2: 0, web3: 0, lb1: 0 };
  const knownHosts: string[] = [];
  for (const host of HOSTS) {
    const keys = generateKeys();
    const server = await startSshHost({ host, hostKey: keys.privateKey, accounts, installed, simulation });
    hosts.push(server);
    ports[host] = server.port;
    knownHosts.push(`[127.0.0.1]:${server.port} ${keys.publicKey}`);
  }
  // mkdtemp makes it for this user alone (mode 700).
  const folder = await mkdtemp(join(tmpdir(), "midwatch-demo-"));
  const write = async (name: string, text: string): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, text, { mode: 0o600 });
    return path;
  };
  const places: Places = {
    ports,
    knownHosts: await write("known_hosts", `${knownHosts.join("\n")}\n`),
    sqlPassword: await write("sql-password", secrets.sql),
    redisPassword: await write("redis-password", secrets.redis),
    redisOperatorPassword: await write("redis-operator-password", secrets.redisOperator),
  };
  const operatorKey = await write("id_ops", clients.operator.privateKey);
  const viewerKey = await write("id_viewer", clients.viewer.privateKey);
  const inventory = inventoryText(places, { role: "operator", user: ACCOUNTS.operator, key: operatorKey });
  const viewerInventory = inventoryText(places, { role: "viewer", user: ACCOUNTS.viewer, key: viewerKey });
  return {
    inventory,
    inventoryPath: await write("inventory.yaml", inventory),
    viewerInventoryPath: await write("inventory-viewer.yaml", viewerInventory),
    setScenario: (name) => simulation.setScenario(known(name)),
    settled: async () => {
      const end = Date.now() + SETTLE_MS;
      while (!simulation.isSettled() && Date.now() < end) await setTimeout(LOOK_EVERY_MS);
    },
    close: async () => {
      await Promise.all(hosts.map((host) => host.close()));
      await rm(folder, { recursive: true, force: true });
    },
  };
};

const password = (): string => randomBytes(18).toString("base64url");
