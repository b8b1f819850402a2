import type { Client, ClientChannel } from "ssh2";
import { hostSeconds, ownLine } from "./batch-script.ts";
import { append, EMPTY, type Capture } from "./capture.ts";
import { outcomeOf } from "./outcome.ts";
import { noAnswer } from "./pending.ts";
import { problem } from "./problem.ts";
import { exec } from "./session-channel.ts";
import type { ShellItem } from "./shell.ts";

/** Questions that may take long or hang: a process and a channel each, side by side. */
export interface OwnLane {
  readonly add: (items: readonly ShellItem[]) => void;
  readonly dispose: () => void;
}

const MAX_SIDE_BY_SIDE = 6;

export const openOwnLane = (client: Client, host: { readonly name: string; readonly user: string }): OwnLane => {
  const running = new Map<ShellItem, ClientChannel | undefined>();
  let queue: readonly ShellItem[] = [];
  let disposed = false;

  const next = (): void => {
    if (disposed) return;
    queue = queue.filter(({ pending }) => !pending.settled());
    while (running.size < MAX_SIDE_BY_SIDE) {
      const [item, ...rest] = queue;
      if (item === undefined) return;
      queue = rest;
      run(item);
    }
  };

  /**
   * A slot is free again when the host says that the channel is closed, and sshd says so only when the process has
   * ended: commands that hang for good fill the lane, instead of the host with one more of them at every refresh.
   */
  const free = (item: ShellItem): void => {
    running.delete(item);
    next();
  };

  const run = (item: ShellItem): void => {
    running.set(item, undefined);
    const { pending } = item;
    const seconds = hostSeconds(pending.remainingMs());
    const sentAtMs = Date.now();
    pending.ifLate(() => noAnswer(host.name, pending));
    exec(client, host.name, ownLine(seconds, item.argv), (result) => {
      if (!result.ok) {
        pending.fail(result);
        free(item);
        return;
      }
      const { channel } = result;
      running.set(item, channel);
      pending.onSettled(() => channel.close());
      // stdin is empty.
      channel.end();
      let stdout = EMPTY;
      let stderr: Capture = EMPTY;
      let exit: { readonly code: number } | { readonly signal: string } | undefined;
      channel.on("data", (bytes: Buffer) => {
        stdout = append(stdout, bytes);
      });
      channel.stderr.on("data", (bytes: Buffer) => {
        stderr = append(stderr, bytes);
      });
      channel.on("exit", (code: number | null, signal?: string) => {
        exit = code === null ? { signal: signal ?? "a signal" } : { code };
      });
      channel.once("close", () => {
        if (exit === undefined) {
          pending.fail(problem("failed", `${host.name}: ${pending.ask.commandId} ended without saying how`));
        } else {
          const how = { host: host.name, user: host.user, argv: pending.argv, sudo: item.sudo, seconds, exit };
          pending.settle(outcomeOf({ ...how, stdout, stderr, sentAtMs, receivedAtMs: Date.now() }));
        }
        free(item);
      });
    });
  };

  const waiting = ({ pending }: ShellItem): void =>
    pending.ifLate(() => {
      const busy = [...running.keys()].map((item) => item.pending.ask.commandId).join(", ");
      return problem("timeout", `${host.name}: ${pending.ask.commandId} never had its turn behind ${busy}`);
    });

  return {
    add: (items) => {
      for (const item of items) waiting(item);
      queue = [...queue, ...items];
      next();
    },
    dispose: () => {
      disposed = true;
      for (const channel of running.values()) channel?.close();
      running.clear();
      queue = [];
    },
  };
};
