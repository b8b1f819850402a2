import { plural } from "../format.ts";
import { onHost } from "../explain.ts";
import type { GlusterFinding } from "./rules.ts";
import { probeKey } from "../probe.ts";
import { healCommand, processesCommand } from "./commands.ts";
import { volumeTarget } from "./pool.ts";
import type { Brick } from "./brick.ts";
import type { Volume } from "./volume.ts";

/** Bricks that are gone, and what that leaves. `replicas` neighbouring bricks hold the same files. */
export const assessBricks = ({ name, bricks }: Volume, replicas: number): readonly GlusterFinding[] => {
  const found: GlusterFinding[] = [];
  for (let at = 0; at < bricks.length; at += replicas) {
    const set = bricks.slice(at, at + replicas);
    const offline = set.filter((brick) => brick.online.state === "known" && !brick.online.value);
    found.push(...offline.map((brick) => brickFinding(name, brick, leftOf(set))));
    // Of two copies the first alone is enough by default (cluster.quorum-type auto), of three and more it takes most.
    const lost = replicas >= 3 && set.length - offline.length < Math.floor(replicas / 2) + 1;
    if (lost) found.push(quorumFinding(name, offline, set.length));
  }
  return found;
};

const leftOf = (set: readonly Brick[]): string => {
  const online = set.filter((brick) => brick.online.state === "known" && brick.online.value).length;
  const dark = set.filter((brick) => brick.online.state === "unknown").length;
  const copies = plural(set.length, "copy", "copies");
  return dark === 0 ? `${online} of ${copies} left` : `of ${copies} ${online} left and ${dark} not known`;
};

const brickFinding = (name: string, brick: Brick, left: string): GlusterFinding => {
  const { host, path, process, connected } = brick;
  const what = `Brick ${host}:${path} of ${name}`;
  const evidence = [probeKey(healCommand.id, volumeTarget(name)), probeKey(processesCommand.id, host)];
  const explainedBy = onHost(host, "host.unreachable", "gluster.daemon_down", "host.disk_full");
  const about = { severity: "critical", subject: `${host}:${path}`, host, evidence, explainedBy } as const;
  const start = `gluster volume start ${name} force`;
  if (process.state === "known" && process.value.state === "none") {
    return {
      id: "gluster.brick_down",
      text: `${what} is down, its process does not run: ${left}`,
      next: start,
      ...about,
    };
  }
  if (process.state === "known" && process.value.state === "frozen") {
    const next = `on ${host}: find its process (ps -C glusterfsd) and kill -CONT it; or kill it and: ${start}`;
    return { id: "gluster.brick_frozen", text: `${what} is frozen: its process is stopped, ${left}`, next, ...about };
  }
  const why = connected.state === "known" && process.state === "known" ? ", though its process runs" : "";
  const next = `look at ${host} and the network to it; then: ${start}`;
  return { id: "gluster.brick_unreachable", text: `${what} does not answer${why}: ${left}`, next, ...about };
};

const quorumFinding = (name: string, offline: readonly Brick[], copies: number): GlusterFinding => ({
  id: "gluster.quorum_lost",
  severity: "critical",
  subject: `volume ${name}`,
  text: `Volume ${name} has lost its quorum: ${copies - offline.length} of ${copies} copies, writes fail`,
  next: "bring a brick back before anything else",
  evidence: [
    probeKey(healCommand.id, volumeTarget(name)),
    ...offline.map(({ host }) => probeKey(processesCommand.id, host)),
  ],
});
