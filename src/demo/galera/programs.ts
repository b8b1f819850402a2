import { isRunning } from "../host/state.ts";
import { isNode } from "../layout.ts";
import { fail, out, type Call, type Output, type Program } from "../shell/program.ts";
import { isSafe } from "./grastate.ts";
import { beginCluster } from "./tick.ts";

/** What Galera's packages bring along for a cluster of which no member runs. */
export const galeraPrograms: readonly Program[] = [
  { path: "/usr/bin/galera_recovery", run: (call) => recovery(call) },
  { path: "/usr/bin/galera_new_cluster", run: (call) => newCluster(call) },
  { path: "/usr/bin/sed", run: (call) => mark(call) },
];

const recovery = ({ world, host, user }: Call): Output => {
  const { name } = host;
  if (!isNode(name) || user !== "root") return fail(1, "galera_recovery: the data directory cannot be read");
  if (isRunning(host, "mariadb")) return fail(1, "InnoDB: Unable to lock ./ibdata1 error: 11", "", 1_000);
  const { galera } = world;
  return out(`--wsrep_start_position=${galera.uuid}:${galera.members[name].lastCommitted}\n`, 1_500);
};

const newCluster = ({ world, host, user }: Call): Output => {
  const { name } = host;
  if (!isNode(name) || user !== "root")
    return fail(1, "Failed to set environment: Interactive authentication required.");
  if (isRunning(host, "mariadb")) return fail(1, "mariadb.service runs already");
  if (!isSafe(world, name))
    return fail(
      1,
      "WSREP: It may not be safe to bootstrap the cluster from this node. It was not the last one to leave the cluster and may not contain all the updates.\nJob for mariadb.service failed because the control process exited with error code.",
    );
  beginCluster(world, name);
  return out("", 2_500);
};

/** The one edit anybody makes here: the flag in grastate.dat. */
const mark = ({ world, host, user, args }: Call): Output => {
  const [option, script = "", path] = args;
  const flag = /^s\/\^safe_to_bootstrap:\.\*\/safe_to_bootstrap: ([01])\/$/.exec(script)?.[1];
  if (option !== "-i" || path !== "/var/lib/mysql/grastate.dat" || flag === undefined || !isNode(host.name))
    return fail(4, `sed: couldn't edit ${path ?? ""}: not a regular file`);
  if (user !== "root") return fail(4, `sed: couldn't open temporary file: Permission denied`);
  world.galera.members[host.name].markedSafe = flag === "1";
  return out("");
};
