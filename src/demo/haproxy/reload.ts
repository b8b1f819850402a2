import { fail, out, type Call, type Output, type Program } from "../shell/program.ts";
import { isRunning } from "../host/state.ts";
import type { World } from "../world.ts";
import { serversState } from "./servers-state.ts";
import { serversOf } from "./state.ts";

/** Perl is here for the one program that asks the runtime socket and writes its answer into a file. */
export const dumpProgram: Program = { path: "/usr/bin/perl", run: (call) => dump(call) };

const dump = ({ world, host, user, args }: Call): Output => {
  const [socket = "", path = ""] = args.slice(-2);
  if (!args.some((word) => word.includes("show servers state"))) return fail(2, "perl: nothing to do");
  if (user !== "root") return fail(13, `cannot write ${path}.new: Permission denied`);
  if (host.name !== "lb1" || !isRunning(host, "haproxy"))
    return fail(2, `cannot reach ${socket}: No such file or directory`);
  world.haproxy.dumped = { path, text: serversState(world), atMs: world.nowMs };
  return out("", 15);
};

/** `haproxy -c`: what the embedded cluster's configuration says is always right. */
export const haproxyProgram: Program = {
  path: "/usr/sbin/haproxy",
  run: ({ args }) => (args.includes("-c") ? out("", 20) : fail(1, "HAProxy runs as a service here")),
};

/** A reload or a restart takes up what the state file says; without one everybody is ready again. */
export const takeUpStates = (world: World): void => {
  const { haproxy } = world;
  const unit = world.hosts.lb1.units.get("haproxy");
  if (unit === undefined) return;
  const began = unit.sinceMs !== haproxy.startSeenMs || (unit.reloads ?? 0) !== haproxy.reloadsSeen;
  const first = haproxy.startSeenMs === 0;
  haproxy.startSeenMs = unit.sinceMs;
  haproxy.reloadsSeen = unit.reloads ?? 0;
  if (first || !began || unit.active !== "active") return;
  const bits = new Map(
    (haproxy.dumped?.text ?? "").split("\n").map((line) => {
      const [, proxy, , server, , , admin] = line.split(" ");
      return [`${proxy}/${server}`, Number(admin)];
    }),
  );
  for (const proxy of [haproxy.web, haproxy.mysql])
    for (const server of serversOf(proxy)) {
      server.admin = bits.get(`${proxy.name}/${server.name}`) ?? 0;
      server.sinceMs = world.nowMs;
    }
};
