import type { Outcome, ReadAccess } from "../../src/connect/access.ts";
import type { Ask } from "../../src/connect/command.ts";
import { openAccess } from "../../src/connect/open.ts";
import type { UnknownReason } from "../../src/connect/sample.ts";
import type { Cluster } from "../../src/inventory/cluster.ts";
import { loadInventory } from "../../src/inventory/load.ts";
import type { Probe } from "../../src/systems/probe.ts";
import { systems } from "../../src/systems/registry.ts";

/** What came of one probe of one room. */
export type Answer = { readonly key: string; readonly commandId: string } & Read;

type Read =
  | { readonly state: "known"; readonly value: unknown }
  | { readonly state: "unknown"; readonly reason: UnknownReason; readonly detail: string };

export const clusterIn = async (inventoryPath: string): Promise<Cluster> => {
  const loaded = await loadInventory(inventoryPath);
  const [cluster] = loaded.ok ? loaded.value : [];
  if (cluster === undefined) throw new Error(`${inventoryPath} describes no cluster: ${JSON.stringify(loaded)}`);
  return cluster;
};

/** Asks every probe of every room once, an elected one of its candidates in turn until one answers. */
export const askEverything = async (cluster: Cluster): Promise<readonly Answer[]> => {
  const access = openAccess(cluster);
  try {
    const probes = systems.filter((room) => room.present(cluster)).flatMap((room) => room.probes(cluster));
    return await Promise.all(probes.map((probe) => answerOf(access, probe)));
  } finally {
    await access.close();
  }
};

const answerOf = async (access: ReadAccess, probe: Probe): Promise<Answer> => {
  const what = { key: probe.key, commandId: probe.ask.commandId };
  const answers: Answer[] = [];
  for (const candidate of probe.candidates) {
    await access.ask(candidate, [probe.ask], (ask, outcome) => answers.push({ ...what, ...read(ask, outcome) }));
    if (answers.at(-1)?.state === "known") break;
  }
  return answers.at(-1) ?? { ...what, state: "unknown", reason: "pending", detail: "nobody to ask" };
};

const read = (ask: Ask, outcome: Outcome): Read => {
  if (!outcome.ok) return { state: "unknown", reason: outcome.reason, detail: outcome.detail };
  const parsed = ask.parse(outcome.reply);
  return parsed.ok
    ? { state: "known", value: parsed.value }
    : { state: "unknown", reason: parsed.reason, detail: parsed.problem };
};
