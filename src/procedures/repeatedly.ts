import type { Gate, GateValue, Reads } from "./procedure.ts";
import type { View } from "./view.ts";

/**
 * A gate that asks what no probe watches, or several things at once, or needs to remember: asked again and again while
 * somebody waits at it, one look under way at a time. `look` must not reject; `everyMs` lies between two of them, ms.
 */
export const repeatedly =
  (look: (reads: Reads, view: View) => Promise<GateValue>, everyMs = 2_000): Gate["watch"] =>
  (reads) => {
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
  };
