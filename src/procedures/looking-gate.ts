import type { Gate, GateValue, Reads } from "./procedure.ts";
import { repeatedly } from "./repeatedly.ts";
import type { View } from "./view.ts";

interface LookingGate extends Omit<Gate, "watch"> {
  /** Asks what it needs to; must not reject. */
  readonly look: (reads: Reads, view: View) => Promise<GateValue>;
  /** Between two looks, ms. */
  readonly everyMs?: number;
}

/** A gate on what no probe watches, where one answer does not do. */
export const lookingGate = ({ look, everyMs = 1_500, ...gate }: LookingGate): Gate => ({
  ...gate,
  watch: repeatedly(look, everyMs),
});
