import { inHost, tryIn } from "../hosts/process.ts";
import { masterHost } from "../topology.ts";

/** Waits for a run that is under way, then makes one: the sites and their shadow are alike afterwards. */
export const runSync = async (): Promise<void> => {
  await inHost(masterHost, "flock /run/lock/sync-sites.lock true; /etc/cronwrap/sync-sites", { timeoutMs: 120_000 });
};

/** What the last run left for monitors. */
export const lastSync = async (): Promise<Readonly<Record<string, string>>> => {
  const { stdout } = await tryIn(masterHost, "cat /var/lib/sync-sites/last");
  return Object.fromEntries(
    stdout.split("\n").flatMap((line): [string, string][] => {
      const at = line.indexOf("=");
      return at < 0 ? [] : [[line.slice(0, at), line.slice(at + 1)]];
    }),
  );
};
