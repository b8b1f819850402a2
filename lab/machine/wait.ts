import { setTimeout as pause } from "node:timers/promises";
import { labError } from "./error.ts";

/** Asks until the answer is there; the last `why` is part of the error when the time is up. */
export const waitFor = async <T>(
  what: string,
  ask: () => Promise<T | undefined>,
  limits: { readonly timeoutMs: number; readonly everyMs?: number; readonly advice?: string },
): Promise<T> => {
  const end = performance.now() + limits.timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > end) {
      throw labError(`${what}: still not so after ${Math.round(limits.timeoutMs / 1000)} s`, limits.advice);
    }
    await pause(limits.everyMs ?? 200);
  }
};
