import { isRunning } from "../host/state.ts";
import { isNode, NODES, VERSIONS } from "../layout.ts";
import { fail, out, type Call, type Output, type Program } from "../shell/program.ts";
import { NOTICED_AFTER_MS, type Asker } from "./asker.ts";
import { healAnswer } from "./heal.ts";
import { peersXml, poolXml, poolText } from "./peers.ts";
import { volumesOf, type VolumeState } from "./state.ts";
import { infoXml, statusText, statusXml } from "./volumes.ts";
import { cliXml, outcome } from "./xml.ts";

export const gluster: Program = { path: "/usr/sbin/gluster", run: (call) => run(call) };

const NO_DAEMON = "Connection failed. Please check if gluster daemon is operational.\n";
const LOG_REFUSED = `ERROR: failed to create logfile "/var/log/glusterfs/cli.log" (Permission denied)
ERROR: failed to open logfile /var/log/glusterfs/cli.log
`;

const VERSION = `glusterfs ${VERSIONS.gluster}
Repository revision: git://git.gluster.org/glusterfs.git
Copyright (c) 2006-2016 Red Hat, Inc. <https://www.gluster.org/>
GlusterFS comes with ABSOLUTELY NO WARRANTY.
It is licensed to you under your choice of the GNU Lesser
General Public License, version 3 or any later version (LGPLv3
or later), or the GNU General Public License, version 2 (GPLv2),
in all cases as published by the Free Software Foundation.
`;

const run = ({ world, host, user, args }: Call): Output => {
  const words = args.filter((word) => !word.startsWith("--"));
  const xml = args.includes("--xml");
  if (args.includes("--version")) return out(VERSION);
  if (user !== "root") return fail(1, LOG_REFUSED, NO_DAEMON, 200);
  const { name } = host;
  if (!isNode(name) || !isRunning(host, "glusterd")) return fail(1, "", NO_DAEMON, 100);
  const timeout = args.find((word) => word.startsWith("--timeout="));
  const timeoutMs = timeout === undefined ? 120_000 : Number(timeout.slice("--timeout=".length)) * 1_000;
  const asker: Asker = { world, node: name, xml, timeoutMs };
  switch (words[0]) {
    case "peer":
      return words[1] === "status" ? out(xml ? peersXml(asker) : poolText(asker), 60) : unrecognized(words);
    case "pool":
      return words[1] === "list" ? out(xml ? poolXml(asker) : poolText(asker), 60) : unrecognized(words);
    case "volume":
      return volume(asker, words.slice(1));
    default:
      return unrecognized(words);
  }
};

/** Until glusterd notices that a peer has vanished, what needs every peer's answer waits for it in vain. */
const hangs = ({ world }: Asker, words: readonly string[]): boolean => {
  const asksAll = words[0] === "status" || words.includes("statistics");
  return asksAll && NODES.some((node) => !world.hosts[node].up && world.hosts[node].silentMs < NOTICED_AFTER_MS);
};

const unrecognized = (words: readonly string[]): Output =>
  fail(1, "", `unrecognized word: ${words[0] ?? ""} (position 0)\n`);

const volume = (asker: Asker, words: readonly string[]): Output => {
  const [verb, name, ...rest] = words;
  if (hangs(asker, words)) return fail(1, "", "Error : Request timed out\n", asker.timeoutMs);
  if (verb === "heal") {
    const found = named(asker, name ?? "");
    return found === undefined ? noVolume(asker, name ?? "") : healAnswer(asker, found, rest);
  }
  if (verb === "get" && name === "all") return out(OPTIONS, 60);
  const chosen = name === undefined || name === "all" ? volumesOf(asker.world.gluster) : named(asker, name);
  if (chosen === undefined) return noVolume(asker, name ?? "");
  const volumes = "name" in chosen ? [chosen] : chosen;
  if (verb === "info") return out(infoXml(asker, volumes), 80);
  if (verb !== "status") return unrecognized(["volume", ...words]);
  const detail = rest.includes("detail");
  return out(asker.xml ? statusXml(asker, volumes, detail) : statusText(asker, volumes), 110);
};

const OPTIONS = `Option                                   Value
------                                   -----
cluster.server-quorum-ratio              51 (DEFAULT)
cluster.op-version                       100000
cluster.max-op-version                   100000
`;

const named = ({ world }: Asker, name: string): VolumeState | undefined =>
  volumesOf(world.gluster).find((volume) => volume.name === name);

const noVolume = ({ xml }: Asker, name: string): Output => {
  const text = `Volume ${name} does not exist`;
  return fail(254, "", xml ? cliXml(outcome(-1, 2, text)) : `${text}\n`);
};
