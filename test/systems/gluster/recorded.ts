import { readFileSync } from "node:fs";
import type { HostReply } from "../../../src/connect/reply.ts";
import { AT_MS, hostReply, type Answers } from "../kit.ts";

export const text = (name: string): string => readFileSync(new URL(`replies/${name}`, import.meta.url), "utf8");

export const recorded = (name: string, atMs = AT_MS): HostReply => ({
  ...hostReply(text(name)),
  sentAtMs: atMs - 90,
  receivedAtMs: atMs,
});

export const glusterd = (active: string, sub: string): HostReply =>
  hostReply(`Id=glusterd.service\nLoadState=loaded\nActiveState=${active}\nSubState=${sub}\n`);

export const HOSTS = ["web1", "web2", "web3"];

/** The lab's pool, all well. */
export const healthy: Answers = {
  "gluster.pool@pool": recorded("healthy/pool.xml"),
  "gluster.volumes@pool": recorded("healthy/volumes.xml"),
  "gluster.heal@volume data": recorded("healthy/heal-data.xml"),
  "gluster.heal@volume wp-core": recorded("healthy/heal-wp-core.xml"),
  "gluster.split_brain@volume data": recorded("healthy/split-brain-data.xml"),
  ...Object.fromEntries(
    HOSTS.flatMap((host) => [
      [`gluster.processes@${host}`, recorded("healthy/processes.txt")],
      [`gluster.unit@${host}`, glusterd("active", "running")],
      [
        `gluster.version@${host}`,
        hostReply("glusterfs 10.3\nRepository revision: git://git.gluster.org/glusterfs.git\n"),
      ],
      [`gluster.mounts@${host}`, recorded("healthy/mountinfo.txt")],
      [`gluster.space@${host}:/data`, recorded("healthy/space.txt")],
      [`gluster.space@${host}:/wp-core`, recorded("healthy/space.txt")],
    ]),
  ),
};
