import { checkHealth, type Check } from "../health.ts";
import { labError } from "../machine/error.ts";
import { say, step } from "../machine/progress.ts";
import { waitFor } from "../machine/wait.ts";
import type { Secrets } from "./secrets.ts";

export const printChecks = (checks: readonly Check[]): void => {
  for (const { name, ok, seen } of checks) say(`  ${ok ? "ok  " : "FAIL"} ${name.padEnd(18)} ${seen}`);
};

/** Asks until everything is well at the same time; what is not, after the time is up, is the error. */
export const verify = async (secrets: Secrets, timeoutMs: number): Promise<void> => {
  let last: readonly Check[] = [];
  const well = async (): Promise<readonly Check[] | undefined> => {
    last = await checkHealth(secrets);
    return last.every(({ ok }) => ok) ? last : undefined;
  };
  try {
    printChecks(await step("verified", () => waitFor("the lab is healthy", well, { timeoutMs, everyMs: 500 })));
  } catch (error) {
    printChecks(last);
    const names = last.filter(({ ok }) => !ok).map(({ name }) => name);
    throw labError(`the lab is not healthy: ${names.join(", ")}`, "npm run lab -- reset --hard", error);
  }
};
