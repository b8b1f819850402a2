import { mapReading, pickReading } from "../derive.ts";
import { readingOf, unknownReading, type Reading } from "../reading.ts";
import type { Context } from "../system.ts";
import { brickFacts, type Brick } from "./brick.ts";
import { healCommand, splitBrainCommand } from "./commands.ts";
import { pendingOf, trendOf, type Pending, type Trend } from "./heal.ts";
import type { SplitBrain } from "./parse-split-brain.ts";
import type { VolumeInfo } from "./parse-volumes.ts";
import { volumeTarget } from "./pool.ts";

export interface Volume {
  readonly name: string;
  /** Named by the inventory. */
  readonly expected: boolean;
  readonly info: Reading<Pick<VolumeInfo, "status" | "type" | "replicas" | "selfHeal">>;
  /** None while the volume's make-up is not known. */
  readonly bricks: readonly Brick[];
  readonly pending: Reading<Pending>;
  readonly trend: Reading<Trend>;
  /** The files themselves; asked less often than their number in `pending`. */
  readonly splitBrain: Reading<SplitBrain>;
}

export const volumeFacts = (
  name: string,
  expected: boolean,
  infos: Reading<readonly VolumeInfo[]>,
  context: Context,
): Volume => {
  const { samples } = context;
  const info = pickReading(infos, (list) => list.find((each) => each.name === name), "the pool has no such volume");
  const replicas = info.state === "known" ? info.value.replicas : 1;
  const target = volumeTarget(name);
  const notAsked = unknownReading("missing", "asked only for volumes in the inventory");
  const heals = expected ? readingOf(samples.latest(healCommand, target), (value) => value) : notAsked;
  const history = samples.history(healCommand, target);
  return {
    name,
    expected,
    info: mapReading(info, ({ status, type, selfHeal }) => ({ status, type, replicas, selfHeal })),
    bricks:
      info.state === "known"
        ? info.value.bricks.map((brick) => brickFacts(brick, info.value, { heals, history }, context))
        : [],
    pending: mapReading(heals, (bricks) => pendingOf(bricks, replicas)),
    trend: heals.state === "known" ? trendOf(history, replicas) : heals,
    splitBrain: expected ? readingOf(samples.latest(splitBrainCommand, target), (value) => value) : notAsked,
  };
};
