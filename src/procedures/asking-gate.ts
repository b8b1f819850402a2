import type { Outcome } from "../connect/access.ts";
import type { Ask } from "../connect/command.ts";
import type { Gate, GateValue } from "./procedure.ts";

export interface AskingGate extends Omit<Gate, "watch"> {
  readonly target: string;
  readonly ask: Ask<"read">;
  readonly judge: (outcome: Outcome) => GateValue;
  /** Between two askings, ms. */
  readonly everyMs?: number;
}

/** A gate on what no probe watches: asked while somebody waits at it, one question under way at a time. */
export const askingGate = ({ target, ask, judge, everyMs = 1_500, ...gate }: AskingGate): Gate => ({
  ...gate,
  watch: (reads) => {
    let said: GateValue = { state: "unknown", value: "asked, no answer yet" };
    let nextMs = 0;
    const put = async (): Promise<void> => {
      nextMs = Number.POSITIVE_INFINITY;
      said = judge(await reads.ask(target, ask));
      nextMs = performance.now() + everyMs;
    };
    return () => {
      if (performance.now() >= nextMs) void put();
      return said;
    };
  },
});
