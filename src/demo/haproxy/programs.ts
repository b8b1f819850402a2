import { fail, out, type Call, type Output, type Program } from "../shell/program.ts";
import { isRunning } from "../host/state.ts";
import { serversState } from "./servers-state.ts";

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
