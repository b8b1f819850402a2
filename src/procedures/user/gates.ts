import type { Cluster } from "../../inventory/cluster.ts";
import type { ReadCommand } from "../../connect/command.ts";
import { webFactsSchema } from "../../systems/web/facts-schema.ts";
import { healthPageGood, memberSynced } from "../host-gates.ts";
import { lookingGate } from "../looking-gate.ts";
import type { Gate } from "../procedure.ts";
import { readOnce } from "../read-once.ts";
import { noSyncRuns, nothingDiffers, nothingToHeal, noUpgradeRuns, targetsMounted } from "../shadow-sync-gates.ts";
import { safeToTake } from "../verdict-gate.ts";
import { factsOf, fresh } from "../view.ts";
import { page, question, type Said } from "./commands.ts";
import type { GateName, UserGate } from "./schema.ts";
import { hostsFor } from "./targets.ts";
import { fill, type Values } from "./words.ts";

/** Where a gate looks when its file does not say. */
const USUAL: Readonly<Record<GateName, string | undefined>> = {
  "verdict-safe": "subject",
  "health-good": "origins",
  "config-good": "origins",
  "member-synced": "members",
  "nothing-to-heal": undefined,
  "no-difference": "origins",
  "sync-target-mounted": "origins",
  "no-sync-running": "origins",
  "no-upgrade-running": "origins",
  "command-succeeds": undefined,
  "page-answers": undefined,
};

export type Made<T> = { readonly ok: true; readonly made: readonly T[] } | { readonly ok: false; readonly why: string };

export interface Making {
  readonly cluster: Cluster;
  readonly subject: string;
  readonly values: Values;
  /** `wordpress-update.sync`: what commands are called in journal and audit. */
  readonly id: string;
}

const DEADLINE_MS = 60_000;
const ASK_MS = 20_000;

/** One written gate as the engine's own, one for each host it is on. */
export const gatesFor = (written: UserGate, making: Making): Made<Gate> => {
  const { cluster, subject } = making;
  const word = written.on ?? USUAL[written.gate];
  const found = word === undefined ? { ok: true as const, hosts: [] } : hostsFor(word, cluster, subject);
  if (!found.ok) return { ok: false, why: `gate ${written.gate}: ${found.why}` };
  const { hosts } = found;
  const made = makeGates(written, hosts, making);
  if (made === undefined) return { ok: false, why: `gate ${written.gate}: ${cluster.name} has no such system` };
  const { within } = written;
  return { ok: true, made: made.map((gate) => (within === undefined ? gate : { ...gate, deadlineMs: within })) };
};

const makeGates = (
  written: UserGate,
  hosts: readonly string[],
  { cluster, values, id }: Making,
): readonly Gate[] | undefined => {
  const { shadow, gluster, web, galera } = cluster;
  const each = (make: (host: string) => Gate): readonly Gate[] =>
    hosts.map((host) => {
      const gate = make(host);
      return { ...gate, id: `${gate.id} ${host}`, wanted: `${host}: ${gate.wanted}` };
    });
  switch (written.gate) {
    case "verdict-safe":
      return hosts.map((host) => safeToTake(host, DEADLINE_MS));
    case "health-good":
      return web === undefined ? undefined : each((host) => healthPageGood(host));
    case "config-good":
      return web === undefined ? undefined : each(configGood);
    case "member-synced":
      return galera === undefined ? undefined : each((host) => memberSynced(host));
    case "nothing-to-heal":
      return gluster?.volumes.map(({ name }) => nothingToHeal(name));
    case "no-difference":
      return shadow === undefined ? undefined : hosts.map((host) => nothingDiffers(host, shadow));
    case "sync-target-mounted":
      return shadow === undefined ? undefined : [targetsMounted(hosts, shadow)];
    case "no-sync-running":
      return shadow === undefined ? undefined : [noSyncRuns(hosts)];
    case "no-upgrade-running":
      return [noUpgradeRuns(hosts)];
    case "command-succeeds":
    case "page-answers":
      return hosts.map((host) => asked(host, written, new Map([...values, ["host", host]]), id));
  }
};

const asked = (host: string, written: UserGate, values: Values, id: string): Gate => {
  const command = questionOf(written, values, id);
  return lookingGate({
    id: `${written.gate} ${host} ${written.wanted ?? ""}`.trim(),
    wanted: `${host}: ${fill(written.wanted ?? written.gate, values)}`,
    deadlineMs: DEADLINE_MS,
    look: async (reads) => {
      const said = await readOnce(reads, host, command, undefined);
      if (!said.ok) return { state: "unknown", value: said.problem };
      return { state: said.value.holds ? "open" : "waiting", value: said.value.text };
    },
  });
};

const questionOf = (written: UserGate, values: Values, id: string): ReadCommand<Said> => {
  const { url, host_header: hostHeader, expect, command = [], as = "login" } = written;
  if (url !== undefined)
    return page({
      id,
      url,
      hostHeader: hostHeader === undefined ? undefined : fill(hostHeader, values),
      expect: expect === undefined ? undefined : fill(expect, values),
      deadlineMs: ASK_MS,
    });
  return question({ id, argv: command.map((word) => fill(word, values)), as, deadlineMs: ASK_MS });
};

const configGood = (host: string): Gate => ({
  id: "config",
  wanted: "its configuration passes the web server's own test",
  deadlineMs: DEADLINE_MS,
  watch: () => (view) => {
    const config = factsOf(view, "web", webFactsSchema)?.origins.find((origin) => origin.host === host)?.config;
    const now = config === undefined ? undefined : fresh(config, view);
    if (now === undefined) return { state: "unknown", value: "not watched" };
    if (now.state === "unknown") return { state: "unknown", value: now.detail };
    return now.value.passes
      ? { state: "open", value: "it passes" }
      : { state: "waiting", value: now.value.message ?? "it does not pass" };
  },
});
