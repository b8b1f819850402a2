import { sortOptions } from "../shell/execute.ts";
import { fail, lines, out, type Call, type Output, type Program } from "../shell/program.ts";
import type { HostState, UnitState } from "./state.ts";

export const systemctl: Program = { path: "/usr/bin/systemctl", run: (call) => run(call) };

const CHANGES = new Set(["start", "stop", "restart", "reload", "enable", "disable", "reset-failed"]);

const run = (call: Call): Output => {
  const { options, rest } = sortOptions(call.args, ["-p", "-n", "-t"]);
  const [verb = "list-units", ...names] = rest;
  if (CHANGES.has(verb)) return change(call, verb, names);
  if (verb === "reboot") return reboot(call);
  switch (verb) {
    case "list-units":
      return listUnits(call.host, options);
    case "is-active":
      return eachUnit(
        call.host,
        names,
        (unit) => unit?.active ?? "inactive",
        (word) => word === "active",
        3,
      );
    case "is-enabled":
      return eachUnit(
        call.host,
        names,
        (unit) => enabled(unit),
        (word) => word === "enabled",
        1,
      );
    case "is-failed":
      return eachUnit(
        call.host,
        names,
        (unit) => unit?.active ?? "inactive",
        (word) => word === "failed",
        1,
      );
    case "is-system-running":
      return [...call.host.units.values()].some((unit) => unit.active === "failed")
        ? fail(1, "", "degraded\n")
        : out("running\n");
    case "show":
      return show(call.host, options, names);
    default:
      return fail(1, `Unknown command verb '${verb}'.`);
  }
};

const unitOf = (host: HostState, name: string): UnitState | undefined => host.units.get(name.replace(/\.service$/, ""));

const enabled = (unit: UnitState | undefined): string =>
  unit === undefined ? "not-found" : unit.enabled ? "enabled" : "disabled";

const eachUnit = (
  host: HostState,
  names: readonly string[],
  word: (unit: UnitState | undefined) => string,
  isGood: (word: string) => boolean,
  badCode: number,
): Output => {
  const words = names.map((name) => word(unitOf(host, name)));
  return { ...out(lines(words)), exitCode: words.some(isGood) ? 0 : badCode };
};

const listUnits = (host: HostState, options: readonly string[]): Output => {
  const wanted = options.find((option) => option.startsWith("--state="))?.slice("--state=".length);
  const units = [...host.units.values()].filter(
    (unit) => wanted === undefined || wanted.split(",").includes(unit.active),
  );
  const width = Math.max(0, ...units.map((unit) => unit.name.length + 8));
  return out(
    lines(
      units.map(
        (unit) => `${`${unit.name}.service`.padEnd(width)} loaded ${unit.active} ${unit.sub} ${unit.description}`,
      ),
    ),
    8,
  );
};

const show = (host: HostState, options: readonly string[], names: readonly string[]): Output => {
  const wanted = options.flatMap((option, at) => {
    if (option === "-p") return options[at + 1]?.split(",") ?? [];
    if (option.startsWith("--property=")) return option.slice("--property=".length).split(",");
    return /^-p./.test(option) ? option.slice(2).split(",") : [];
  });
  const valueOnly = options.includes("--value");
  const blocks = names.map((name) => {
    const all = properties(host, name);
    const keys = wanted.length > 0 ? Object.keys(all).filter((key) => wanted.includes(key)) : Object.keys(all);
    return lines(keys.map((key) => (valueOnly ? (all[key] ?? "") : `${key}=${all[key] ?? ""}`)));
  });
  return out(blocks.join("\n"), 6);
};

const timestamp = (ms: number): string => {
  const at = new Date(ms);
  const day = at.toUTCString().slice(0, 3);
  return `${day} ${at.toISOString().slice(0, 19).replace("T", " ")} UTC`;
};

/** What the daemons themselves report to systemd. */
const SAYS: Readonly<Record<string, string | undefined>> = {
  mariadb: "Taking your SQL requests now...",
  haproxy: "Ready.",
  "redis-server@6379": "Ready to accept connections",
  "redis-server@6380": "Ready to accept connections",
};

/** In systemd's own order. */
const properties = (host: HostState, name: string): Readonly<Record<string, string>> => {
  const id = name.includes(".") ? name : `${name}.service`;
  const unit = unitOf(host, name);
  if (unit === undefined) {
    return {
      MainPID: "0",
      Result: "success",
      NRestarts: "0",
      ExecMainStatus: "0",
      MemoryCurrent: "[not set]",
      Id: id,
      Description: id,
      LoadState: "not-found",
      ActiveState: "inactive",
      SubState: "dead",
      StateChangeTimestamp: "",
      ActiveEnterTimestamp: "",
      ActiveExitTimestamp: "",
      InactiveEnterTimestamp: "",
      UnitFileState: "",
    };
  }
  const active = unit.active === "active";
  const microseconds = String(Math.max(0, Math.round((unit.sinceMs - host.bootedAtMs) * 1_000)));
  return {
    Type: "notify",
    Restart: "on-abort",
    MainPID: String(unit.pid),
    Result: unit.result,
    NRestarts: String(unit.restarts),
    ExecMainStartTimestamp: timestamp(unit.sinceMs),
    ExecMainStatus: String(unit.exitStatus ?? (unit.result === "exit-code" ? 1 : 0)),
    MemoryCurrent: active ? String(unit.memoryBytes) : "[not set]",
    TasksCurrent: active ? "11" : "[not set]",
    StatusText: active ? (SAYS[unit.name] ?? "") : "",
    Id: id,
    Names: id,
    Description: unit.description,
    LoadState: "loaded",
    ActiveState: unit.active,
    SubState: unit.sub,
    FragmentPath: `/lib/systemd/system/${id}`,
    UnitFileState: enabled(unit),
    UnitFilePreset: "enabled",
    StateChangeTimestamp: timestamp(unit.sinceMs),
    StateChangeTimestampMonotonic: microseconds,
    ActiveEnterTimestamp: active ? timestamp(unit.sinceMs) : timestamp(host.bootedAtMs + 5_000),
    ActiveEnterTimestampMonotonic: active ? microseconds : "5000000",
    ActiveExitTimestamp: active ? "" : timestamp(unit.sinceMs),
    InactiveEnterTimestamp: active ? "" : timestamp(unit.sinceMs),
    InactiveEnterTimestampMonotonic: active ? "0" : microseconds,
  };
};

/** Simulated machines boot fast. */
const REBOOT_MS = 12_000;

const reboot = ({ host, user }: Call): Output => {
  if (user !== "root") return fail(1, "Failed to reboot: Interactive authentication required.");
  host.rebootingMs = REBOOT_MS;
  return out("");
};

const forget = (host: HostState, { name }: UnitState): void => {
  host.units.delete(name);
  host.jobs.delete(name);
};

/** Starts and stops daemons; everything else the change brings with it happens in the ticks. */
const change = (call: Call, verb: string, names: readonly string[]): Output => {
  const { user, host, world } = call;
  const [name = ""] = names;
  const id = name.includes(".") ? name : `${name}.service`;
  const unit = unitOf(host, name);
  if (user !== "root") {
    return fail(
      1,
      `Failed to ${verb} ${id}: Interactive authentication required.\nSee system logs and 'systemctl status ${id}' for details.`,
    );
  }
  if (unit === undefined) return fail(5, `Failed to ${verb} ${id}: Unit ${id} not found.`);
  if (verb === "enable" || verb === "disable") {
    unit.enabled = verb === "enable";
    if (call.args.includes("--now")) return change(call, verb === "enable" ? "start" : "stop", names);
    return out("");
  }
  if (verb === "reset-failed") {
    if (unit.active !== "failed") return out("");
    if (unit.transient === true) forget(host, unit);
    else {
      unit.active = "inactive";
      unit.sub = "dead";
      unit.result = "success";
    }
    return out("");
  }
  if (verb === "stop" && unit.transient === true) {
    if (unit.active !== "failed") forget(host, unit);
    return out("");
  }
  if (verb === "reload") {
    if (unit.active !== "active") return fail(1, `${id} is not active, cannot reload.`);
    unit.reloads = (unit.reloads ?? 0) + 1;
    return out("", 40);
  }
  const starts = verb === "start" || verb === "restart";
  if (verb === "start" && unit.active === "active") return out("");
  unit.active = starts ? "active" : "inactive";
  unit.sub = starts ? "running" : "dead";
  unit.result = "success";
  unit.sinceMs = world.nowMs;
  unit.pid = starts ? world.random.between(2_000, 30_000) : 0;
  return out("", 300);
};
