import type { Gate, GateValue } from "./procedure.ts";
import type { View } from "./view.ts";

export const open = (value: string): GateValue => ({ state: "open", value });
/** It may still come by itself. */
export const waiting = (value: string): GateValue => ({ state: "waiting", value });
/** Nobody has said: never taken for open. */
export const unknown = (value: string): GateValue => ({ state: "unknown", value });

/** A gate on what is watched anyway. */
export const gate = (id: string, wanted: string, deadlineMs: number, look: (view: View) => GateValue): Gate => ({
  id,
  wanted,
  deadlineMs,
  watch: () => look,
});
