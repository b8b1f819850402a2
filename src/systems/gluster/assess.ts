import type { Context } from "../system.ts";
import { assessMounts } from "./assess-mount.ts";
import { assessPool } from "./assess-pool.ts";
import { assessVolume } from "./assess-volume.ts";
import type { GlusterFacts } from "./facts.ts";
import type { GlusterFinding } from "./rules.ts";

export const assessGluster = (facts: GlusterFacts, context: Context): readonly GlusterFinding[] => [
  ...facts.volumes.flatMap((volume) => assessVolume(volume, context.cluster.thresholds)),
  ...assessMounts(facts, context),
  ...assessPool(facts, context),
];
