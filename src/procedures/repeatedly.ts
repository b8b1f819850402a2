import type { Gate, GateValue, Reads } from "./procedure.ts";

/** A gate that asks several things at once, or needs to remember: asked again and again while somebody waits at it. */
export const repeatedly =
  (look: (reads: Reads) => Promise<GateValue>, everyMs = 2_000): Gate["watch"] =>
  (reads) => {
    let said: GateValue = { state: "unknown", value: "asked, no answer yet" };
    let nextMs = 0;
    const put = async (): Promise<void> => {
      nextMs = Number.POSITIVE_INFINITY;
      said = await look(reads);
      nextMs = performance.now() + everyMs;
    };
    return () => {
      if (performance.now() >= nextMs) void put();
      return said;
    };
  };
