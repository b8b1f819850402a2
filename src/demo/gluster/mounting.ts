import { isRunning } from "../host/state.ts";
import { isNode } from "../layout.ts";
import { fail, out, type Call, type Output, type Program } from "../shell/program.ts";
import { volumesOf } from "./state.ts";

/** What takes a volume off a host and puts it back, and what ends its bricks. */
export const mountingPrograms: readonly Program[] = [
  { path: "/usr/bin/mount", run: (call) => setMounted(call, true) },
  { path: "/usr/bin/umount", run: (call) => setMounted(call, false) },
  { path: "/usr/bin/pkill", run: (call) => pkill(call) },
];

const setMounted = ({ args, world, host, user }: Call, mounted: boolean): Output => {
  const { name } = host;
  const path = args.at(-1) ?? "";
  const volume = volumesOf(world.gluster).find(({ mount }) => mount === path);
  if (user !== "root") return fail(32, `${path}: must be superuser to use this`);
  if (!isNode(name) || volume === undefined) return fail(32, `${path}: can't find in /etc/fstab.`);
  const brick = volume.bricks[name];
  if (mounted && !isRunning(host, "glusterd")) return fail(1, "Mount failed. Check the log file for more details.");
  if (brick.mounted === mounted) return fail(32, `${path}: ${mounted ? "already mounted" : "not mounted"}.`);
  brick.mounted = mounted;
  return out("", 200);
};

/** `pkill -x "glusterfsd|glusterfs"` and its like: of the daemons here only bricks are ended by name. */
const pkill = ({ args, world, host, user }: Call): Output => {
  const { name } = host;
  if (!isNode(name) || !(args.at(-1) ?? "").includes("glusterfsd")) return fail(1, "");
  if (user !== "root") return fail(1, "pkill: killing pid failed: Operation not permitted");
  const running = volumesOf(world.gluster).filter(({ bricks }) => bricks[name].running);
  for (const { bricks } of running) bricks[name].running = false;
  return { ...out("", 100), exitCode: running.length > 0 ? 0 : 1 };
};
