import { printChecks } from "../cluster/verify.ts";
import { openPresentRun } from "../cluster/run.ts";
import type { LabDirs } from "../dirs.ts";
import { checkHealth } from "../health.ts";
import { requireRoot } from "../machine/preflight.ts";

/** Prints what the daemons say; the exit code is 1 when one of them is not well. */
export const status = async (dirs: LabDirs, options: { readonly json?: boolean }): Promise<number> => {
  requireRoot();
  const { secrets } = await openPresentRun(dirs);
  const checks = await checkHealth(secrets);
  if (options.json === true) process.stdout.write(`${JSON.stringify({ checks }, null, 2)}\n`);
  else printChecks(checks);
  return checks.every(({ ok }) => ok) ? 0 : 1;
};
