import type { Gate, GateValue, Reads } from "./procedure.ts";
import type { View } from "./view.ts";

interface LookingGate extends Omit<Gate, "watch"> {
  /** Asks what it needs to; must not reject. */
  readonly look: (reads: Reads, view: View) => Promise<GateValue>;
  /** Between two looks, ms. */
  readonly everyMs?: number;
}

/** A gate on what no probe watches, where one answer does not do: one look under way at a time. */
export const lookingGate = ({ look, everyMs = 1_500, ...gate }: LookingGate): Gate => ({
  ...gate,
  watch: (reads) => {
    let said: GateValue = { state: "unknown", value: "asked, no answer yet" };
    let nextMs = 0;
    const put = async (view: View): Promise<void> => {
      nextMs = Number.POSITIVE_INFINITY;
      said = await look(reads, view);
      nextMs = performance.now() + everyMs;
    };
    return (view) => {
      if (performance.now() >= nextMs) void put(view);
      return said;
    };
  },
});
