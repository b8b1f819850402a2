import { z } from "zod";
import { notParsed, parsed, unreadable, type Parsed } from "../connect/command.ts";
import type { HostReply } from "../connect/reply.ts";
import { firstLine, shortText } from "./text.ts";

/** A systemd unit as `systemctl show` describes it. */
export interface UnitState {
  readonly id: string;
  readonly loaded: boolean;
  /** active, reloading, inactive, failed, activating or deactivating. */
  readonly active: string;
  readonly sub: string;
  /** Why it ended: success, exit-code, signal, timeout, oom-kill … */
  readonly result: string;
  /** enabled, disabled, masked …; empty for a unit without a file of its own. */
  readonly enabled: string;
  /** What the service itself says it is doing, where it does. */
  readonly says: string;
  /** Of the last change of state, by the host's clock, ms since the epoch. */
  readonly sinceMs?: number | undefined;
  /** From when it last left `active` until it was active again, ms; absent where it has not since the host booted. */
  readonly lastOutMs?: number | undefined;
  /** How often systemd has started it again by itself, since it was last started by somebody. */
  readonly restarts?: number | undefined;
}

const PROPERTIES =
  "Id,LoadState,ActiveState,SubState,Result,UnitFileState,StatusText,StateChangeTimestamp,ActiveEnterTimestamp,ActiveExitTimestamp,NRestarts";

/** Asks about units without root, quickly, with times in UTC: systemctl prints them in the caller's zone. */
export const unitArgv = (units: readonly string[]): readonly string[] => [
  "env",
  "TZ=UTC",
  "systemctl",
  "show",
  `--property=${PROPERTIES}`,
  ...units,
];

/** One block of `Key=value` lines per unit asked for, in any order of keys. */
export const parseUnits = (reply: HostReply): Parsed<readonly UnitState[]> => {
  if (reply.exitCode !== 0) return notParsed("failed", firstLine(reply.stderr, "systemctl show failed"));
  const units = reply.stdout
    .split(/\n{2,}/)
    .map((block) => unitOf(block))
    .filter((unit) => unit !== undefined);
  return units.length === 0 ? unreadable("systemctl show printed no unit") : parsed(units);
};

/** The unit that is most alive: of an ordinary unit and its bootstrap sibling only one runs. */
export const liveliest = (units: readonly UnitState[]): UnitState | undefined =>
  units.toSorted((a, b) => rank(a) - rank(b))[0];

const RANKS = ["active", "reloading", "activating", "deactivating", "failed", "inactive"];

const rank = (unit: UnitState): number => {
  const at = RANKS.indexOf(unit.active);
  return (at < 0 ? RANKS.length : at) + (unit.loaded ? 0 : RANKS.length + 1);
};

const unitOf = (block: string): UnitState | undefined => {
  const fields = new Map<string, string>();
  for (const line of block.split("\n")) {
    const at = line.indexOf("=");
    if (at > 0) fields.set(line.slice(0, at), line.slice(at + 1));
  }
  const text = (key: string): string => shortText(fields.get(key) ?? "", 120);
  const active = text("ActiveState");
  if (active === "") return undefined;
  return {
    id: text("Id"),
    loaded: text("LoadState") !== "not-found",
    active,
    sub: text("SubState"),
    result: text("Result"),
    enabled: text("UnitFileState"),
    says: text("StatusText"),
    sinceMs: utcTime(fields.get("StateChangeTimestamp")),
    lastOutMs: between(utcTime(fields.get("ActiveExitTimestamp")), utcTime(fields.get("ActiveEnterTimestamp"))),
    restarts: /^\d{1,9}$/.test(fields.get("NRestarts") ?? "") ? Number(fields.get("NRestarts")) : undefined,
  };
};

/** Undefined while it is out still, since it was active before it left. */
const between = (leftMs: number | undefined, backMs: number | undefined): number | undefined =>
  leftMs === undefined || backMs === undefined || backMs < leftMs ? undefined : backMs - leftMs;

const utcTime = (text: string | undefined): number | undefined => {
  const match = /(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) UTC$/.exec(text ?? "");
  if (match === null) return undefined;
  const ms = Date.parse(`${match[1]}T${match[2]}Z`);
  return Number.isNaN(ms) ? undefined : ms;
};

export const unitStateSchema: z.ZodType<UnitState> = z.object({
  id: z.string(),
  loaded: z.boolean().describe("False when there is no such unit"),
  active: z.string().describe("systemd's ActiveState"),
  sub: z.string().describe("systemd's SubState"),
  result: z.string().describe("Why it ended: success, exit-code, signal, timeout, oom-kill …"),
  enabled: z.string().describe("systemd's UnitFileState"),
  says: z.string().describe("What the service itself says it is doing"),
  sinceMs: z.number().optional().describe("Last change of state by the host's clock, ms since the epoch"),
  lastOutMs: z.number().optional().describe("How long it took to be active again when it last was not, ms"),
  restarts: z.number().optional().describe("Starts by systemd itself since somebody started it"),
});

/** `apache2` and `apache2.service` are the same to systemd. */
export const unitName = (name: string): string => (/\.[a-z]+$/.test(name) ? name : `${name}.service`);
