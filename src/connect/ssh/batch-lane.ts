import type { Client } from "ssh2";
import { noAnswer } from "./pending.ts";
import { problem, type Problem } from "./problem.ts";
import { openShell, type Shell, type ShellItem } from "./shell.ts";

/** The quick questions of one host: one shell, and for a while another when a command holds the first one up. */
export interface BatchLane {
  readonly add: (items: readonly ShellItem[]) => void;
  readonly dispose: () => void;
}

/** With the own lane's six this stays below sshd's default of ten sessions. */
const MAX_SHELLS = 3;
/** How often one ask is sent: again when its shell was held up or lost before it had its turn. */
const MAX_SENDS = 3;

export const openBatchLane = (
  client: Client,
  host: { readonly name: string; readonly user: string },
  onRoundTrip: (roundTripMs: number) => void,
): BatchLane => {
  const shells = new Set<Shell>();
  const sends = new WeakMap<ShellItem, number>();
  let disposed = false;

  const add = (items: readonly ShellItem[]): void => {
    if (items.length === 0 || disposed) return;
    for (const item of items) {
      sends.set(item, (sends.get(item) ?? 0) + 1);
      item.pending.ifLate(() => noAnswer(host.name, item.pending));
    }
    const open = [...shells].find((shell) => !shell.closing());
    (open ?? start()).send(items);
  };

  const start = (): Shell => {
    const shell = openShell(client, host, {
      onRoundTrip,
      mayMove: () => shells.size < MAX_SHELLS,
      onHeldUp: add,
      onGone: (items, why) => {
        shells.delete(shell);
        again(items, why);
      },
    });
    shells.add(shell);
    return shell;
  };

  const again = (items: readonly ShellItem[], why: Problem | undefined): void => {
    const hopeless = (item: ShellItem): boolean => why !== undefined || (sends.get(item) ?? 0) >= MAX_SENDS;
    for (const item of items) {
      if (hopeless(item))
        item.pending.fail(why ?? problem("failed", `${host.name}: its shell ended before it answered`));
    }
    add(items.filter((item) => !hopeless(item)));
  };

  return {
    add,
    dispose: () => {
      disposed = true;
      for (const shell of shells) shell.dispose();
      shells.clear();
    },
  };
};
