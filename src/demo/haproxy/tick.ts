import { isRunning } from "../host/state.ts";
import type { World } from "../world.ts";
import { takeUpStates } from "./reload.ts";
import { healthOf } from "../web/state.ts";
import {
  chosen,
  isMaint,
  passed,
  serversOf,
  takesNew,
  type CheckResult,
  type ProxyState,
  type ServerState,
} from "./state.ts";

/** `inter 2s fall 3 rise 2`, as the configuration has it. */
const CHECK_EVERY_MS = 2_000;
export const FALL = 3;
export const RISE = 2;

export const tickHaproxy = (world: World, stepMs: number): void => {
  takeUpStates(world);
  if (!isRunning(world.hosts.lb1, "haproxy")) return;
  for (const proxy of [world.haproxy.web, world.haproxy.mysql]) {
    for (const server of serversOf(proxy)) check(world, proxy, server, stepMs);
    const up = serversOf(proxy).some((server) => server.up && !isMaint(server));
    if (up !== proxy.up) proxy.sinceMs = world.nowMs;
    proxy.up = up;
    balance(world, proxy, stepMs / 1_000);
  }
  world.haproxy.requests += world.random.count(world.traffic.requestsPerSecond * (stepMs / 1_000));
  world.haproxy.connections += world.random.count(world.traffic.requestsPerSecond * 1.2 * (stepMs / 1_000));
};

/** Has every server been checked since, often enough to be believed? */
export const isHaproxySettled = (world: World): boolean =>
  [world.haproxy.web, world.haproxy.mysql].every((proxy) =>
    serversOf(proxy).every((server) => isMaint(server) || judge(world, proxy, server).ok === server.up),
  );

const judge = (world: World, proxy: ProxyState, server: ServerState): Checked =>
  proxy.mode === "http" ? checkWeb(world, server) : checkSql(world, server);

const check = (world: World, proxy: ProxyState, server: ServerState, stepMs: number): void => {
  if (!server.up) server.downtimeMs += stepMs;
  if (isMaint(server)) return;
  server.untilCheckMs -= stepMs;
  if (server.untilCheckMs > 0) return;
  server.untilCheckMs += CHECK_EVERY_MS;
  const { ok, result } = judge(world, proxy, server);
  server.check = result;
  if (!ok && server.up) server.checkFailures += 1;
  server.contradicted = ok === server.up ? 0 : server.contradicted + 1;
  if (server.contradicted < (server.up ? FALL : RISE)) return;
  server.up = ok;
  server.contradicted = 0;
  server.sinceMs = world.nowMs;
  if (!ok) server.checkDowns += 1;
};

interface Checked {
  readonly ok: boolean;
  readonly result: CheckResult;
}

const bad = (
  status: string,
  code: number | undefined,
  description: string,
  durationMs: number,
  text = "",
): Checked => ({
  ok: false,
  result: { status, code, description, durationMs, text },
});

const SILENT = bad("L4TOUT", undefined, "Layer4 timeout", 2_001);
const REFUSED = bad("L4CON", undefined, "Layer4 connection problem", 0, "Connection refused");

const checkWeb = (world: World, server: ServerState): Checked => {
  switch (healthOf(world, server.name)) {
    case "silent":
      return SILENT;
    case "refused":
      return REFUSED;
    case "failing":
      return bad("L7STS", 503, "Layer7 wrong status", 3, "Service Unavailable");
    // The check looks at the code alone, so PHP that comes back as source passes it.
    case "source":
    case "ok":
      return { ok: true, result: passed(Math.round(world.web[server.name].responseMs * 0.2)) };
  }
};

/** Asks the little service beside the member, which knows whether it is Synced in a Primary component. */
const checkSql = (world: World, server: ServerState): Checked => {
  if (!world.hosts[server.name].up) return SILENT;
  const member = world.galera.members[server.name];
  const durationMs = 30 + ((server.id * 7 + Math.floor(world.simMs / 2_000) * 5) % 29);
  if (member.view.status === "Primary" && member.stage === "Synced") return { ok: true, result: passed(durationMs) };
  return bad("L7STS", 503, "Layer7 wrong status", durationMs, "Service Unavailable");
};

/** Spreads the traffic over the servers that take new work; drained ones keep a few cookie holders for a while. */
const balance = (world: World, proxy: ProxyState, seconds: number): void => {
  const perSecond = proxy.mode === "http" ? world.traffic.requestsPerSecond : world.traffic.requestsPerSecond * 0.9;
  const takers = chosen(proxy);
  const { front } = proxy;
  let open = 0;
  let rate = 0;
  for (const server of serversOf(proxy)) {
    const { counters } = server;
    const share = takers.includes(server) ? perSecond / takers.length : 0;
    const served = world.random.count(share * seconds);
    counters.rate = perLastSecond(counters.rate, served, seconds);
    counters.rateMax = Math.max(counters.rateMax, counters.rate);
    counters.stot += served;
    counters.bin += served * 812;
    counters.bout += served * 14_230;
    const holdsSeconds = proxy.mode === "http" ? 0.35 : 1.6;
    counters.scur = takesNew(server) ? world.random.count(share * holdsSeconds) : Math.max(0, counters.scur - 1);
    counters.smax = Math.max(counters.smax, counters.scur);
    if (served > 0) server.lastSessionMs = world.nowMs;
    if (proxy.mode === "http") answer(world, counters.responses, served);
    open += counters.scur;
    rate += counters.rate;
    front.stot += served;
    front.bin += served * 812;
    front.bout += served * 14_230;
  }
  front.scur = open;
  front.rate = rate;
  front.smax = Math.max(front.smax, open);
  front.rateMax = Math.max(front.rateMax, rate);
};

/** Sessions of the last second, from a step that is shorter. */
const perLastSecond = (before: number, served: number, seconds: number): number => {
  const share = Math.min(1, seconds);
  const kept = before * (1 - share);
  // Rounded, a few would never fade to none.
  return served === 0 ? Math.floor(kept) : Math.round(kept + served);
};

const answer = (world: World, responses: number[], served: number): void => {
  const redirects = world.random.count(served * 0.03);
  const missing = world.random.count(served * 0.008);
  responses[1] = (responses[1] ?? 0) + Math.max(0, served - redirects - missing);
  responses[2] = (responses[2] ?? 0) + redirects;
  responses[3] = (responses[3] ?? 0) + missing;
};
