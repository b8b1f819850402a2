import { probeKey } from "../probe.ts";
import type { Reason } from "../reason.ts";
import { mountsCommand, spaceCommand } from "./commands.ts";
import { mountTarget, type Mount } from "./mounts.ts";

/**
 * Whoever stays gets more visitors: where a volume is not mounted they write to a disk that nobody shares, and where it
 * does not answer their pages hang.
 */
export const mountReasons = (mounts: readonly Mount[]): readonly Reason[] => [
  ...mounts.flatMap((mount) => troubleOf(mount)),
  ...unseenHosts(mounts),
];

const troubleOf = (mount: Mount): readonly Reason[] => {
  const { host, volume, path, mounted, space } = mount;
  if (mounted.state === "unknown") return [];
  const table = [probeKey(mountsCommand.id, host)];
  const evidence = [...table, probeKey(spaceCommand.id, mountTarget(host, path))];
  const until = `until ${volume} is mounted on ${host} again`;
  switch (mounted.value.state) {
    case "absent":
      return [{ stance: "wait", text: `${until}: what is written there is not shared`, evidence: table }];
    case "wrong":
      return [{ stance: "wait", text: `${until}: ${mounted.value.source} is in its place`, evidence: table }];
    case "right":
      break;
  }
  if (space.state === "unknown")
    return [
      { stance: "unknown", text: `whether ${volume} answers on ${host} is not known: ${space.detail}`, evidence },
    ];
  switch (space.value.state) {
    case "alive":
      return [];
    case "hung":
      return [{ stance: "wait", text: `until ${volume} answers on ${host} again: its mount hangs`, evidence }];
    case "broken":
      return [{ stance: "wait", text: `until ${volume} answers on ${host} again: ${space.value.problem}`, evidence }];
  }
};

/** One per host: its table of mounts tells of all of them. */
const unseenHosts = (mounts: readonly Mount[]): readonly Reason[] =>
  [...Map.groupBy(mounts, ({ host }) => host)].flatMap(([host, [mount]]) =>
    mount?.mounted.state === "unknown"
      ? [
          {
            stance: "unknown",
            text: `whether the volumes are mounted on ${host} is not known: ${mount.mounted.detail}`,
            evidence: [probeKey(mountsCommand.id, host)],
          },
        ]
      : [],
  );
