import { z } from "zod";
import type { Conffiles } from "../../systems/host/package-commands.ts";
import { dumpsText, readDumps, type Dump } from "../state-dumps.ts";

const placeSchema = z.object({ loadBalancer: z.string(), proxy: z.string(), server: z.string() });

/** It becomes a word of a command for root, and may come from the note beside the lock: never an option. */
const packageName = z.string().regex(/^[A-Za-z\d][\w.+:~-]*$/);

const hostPlanSchema = z.object({
  host: z.string(),
  /** It is one of the load balancers. */
  balancer: z.boolean(),
  /** Where load balancers send visitors to it. */
  places: z.array(placeSchema).readonly(),
  /** Of the places, those by which it gets the database's writes: they move first. */
  writes: z.array(placeSchema).readonly(),
  /** Of the places, those that somebody had taken out before: they are theirs to give back. */
  out: z.array(placeSchema).readonly().default([]),
  manager: z.enum(["apt", "dnf"]),
  /** Every package, or those named in `changes`. */
  all: z.boolean(),
  changes: z.array(z.object({ name: packageName, from: z.string(), to: z.string() }).readonly()).readonly(),
  /** Versions of PHP whose module may have to be switched off or on when the packages are new. */
  php: z.array(z.string()).readonly().default([]),
  /** To be free before it begins, bytes. */
  needsBytes: z.number(),
});

/** One host's share of a rolling upgrade: enough to make its steps again on another day. */
export type HostPlan = Readonly<z.output<typeof hostPlanSchema>>;

const leftOutSchema = z.object({ host: z.string(), why: z.string() });

/** A host that would be taken as well, and is not: `lb1`, `no other load balancer carries the sites meanwhile`. */
export type LeftOut = Readonly<z.output<typeof leftOutSchema>>;

export interface UpgradePlan {
  /** Makes the units' names those of this run. */
  readonly run: string;
  readonly hosts: readonly HostPlan[];
  /** Where server states are written down, so that a reload keeps them. */
  readonly dumps: readonly Dump[];
  /** Whether connections to the old writer are ended when its writes move. */
  readonly endWriters: boolean;
  /** The sync's master, where the sync is paused by a file beside its script. */
  readonly pauseOn?: string;
  readonly settleMs: number;
  /** How long sessions may take to end before somebody must decide, ms. */
  readonly waitMs: number;
  readonly reboot: boolean;
  readonly conffiles: Conffiles;
  /** Volumes are unmounted, and glusterd started, in steps of their own; a journal of an older midwatch has them in others. */
  readonly mountsApart: boolean;
  /** Hosts that nobody asked to leave out, and why they are. */
  readonly leftOut: readonly LeftOut[];
  readonly warnings: readonly string[];
}

const settingsSchema = z.object({
  run: z.string().regex(/^[a-z\d]+$/),
  dumps: z.string(),
  endWriters: z.boolean(),
  pauseOn: z.string().optional(),
  settleMs: z.number(),
  waitMs: z.number(),
  reboot: z.boolean(),
  conffiles: z.enum(["keep", "replace"]),
  mountsApart: z.boolean().default(false),
  leftOut: z.array(leftOutSchema.readonly()).readonly().default([]),
});

/** As a journal's parameters: a host each, and the settings. */
export const paramsOf = ({
  hosts,
  dumps,
  warnings: _warnings,
  ...settings
}: UpgradePlan): Readonly<Record<string, string>> => ({
  settings: JSON.stringify({ ...settings, dumps: dumpsText(dumps) }),
  order: hosts.map(({ host }) => host).join(" "),
  ...Object.fromEntries(hosts.map((host) => [`host ${host.host}`, JSON.stringify(host)])),
});

export const planFromParams = (params: Readonly<Record<string, string>>): UpgradePlan | undefined => {
  const settings = settingsSchema.safeParse(parseJson(params["settings"])).data;
  const dumps = readDumps(settings?.dumps);
  const names = (params["order"] ?? "").split(" ").filter((name) => name !== "");
  const hosts = names.flatMap((name) => hostPlanSchema.safeParse(parseJson(params[`host ${name}`])).data ?? []);
  if (settings === undefined || dumps === undefined || names.length === 0 || hosts.length !== names.length)
    return undefined;
  const { pauseOn, ...rest } = settings;
  return { ...rest, ...(pauseOn === undefined ? {} : { pauseOn }), dumps, hosts, warnings: [] };
};

const parseJson = (text: string | undefined): unknown => {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return undefined;
  }
};
