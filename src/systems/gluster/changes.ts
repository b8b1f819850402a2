import { notParsed, parsed, type HostCommand } from "../../connect/command.ts";
import type { HostReply } from "../../connect/reply.ts";
import { firstLine } from "../text.ts";

const ROOT = { need: "root", why: "mounts and bricks are root's" } as const;

const change = <P>(
  id: string,
  asks: string,
  argv: (params: P) => readonly string[],
  isFine: (reply: HostReply) => boolean = ({ exitCode }) => exitCode === 0,
): HostCommand<void, P, "change"> => ({
  id,
  kind: "host",
  effect: "change",
  lane: "own",
  asks,
  privilege: ROOT,
  deadlineMs: 60_000,
  argv,
  parse: (reply) =>
    isFine(reply) ? parsed(undefined) : notParsed("failed", firstLine(reply.stderr, `it ended with ${reply.exitCode}`)),
});

interface Mount {
  readonly mount: string;
}

/** Refuses while a program has files open there, and says so. */
export const unmountVolume = change<Mount>(
  "gluster.unmount",
  "Unmounts a volume on one host",
  ({ mount }) => ["/usr/bin/umount", "--", mount],
  ({ exitCode, stderr }) => exitCode === 0 || /not mounted/.test(stderr),
);

/** By the host's own fstab. */
export const mountVolume = change<Mount>(
  "gluster.mount",
  "Mounts a volume on one host, as its fstab says",
  ({ mount }) => ["/usr/bin/mount", "--", mount],
  ({ exitCode, stderr }) => exitCode === 0 || /already mounted/.test(stderr),
);

/** Bricks outlive glusterd by design: they and the self-heal daemon are asked to end by name. 1: there was none. */
export const stopBricks = change<void>(
  "gluster.stop_bricks",
  "Ends the brick and self-heal processes of one host",
  () => ["/usr/bin/pkill", "-x", "glusterfsd|glusterfs"],
  ({ exitCode }) => exitCode <= 1,
);

interface VolumeName {
  readonly volume: string;
}

/** Of what the bricks have noted as missed: the self-heal daemons begin at once instead of at their next round. */
export const healVolume = change<VolumeName>(
  "gluster.heal_volume",
  "Starts healing what a volume's bricks have missed",
  ({ volume }) => ["/usr/sbin/gluster", "--mode=script", "--timeout=30", "volume", "heal", volume],
);
