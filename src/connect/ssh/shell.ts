import { randomBytes } from "node:crypto";
import type { Client, ClientChannel } from "ssh2";
import { cleanLine } from "../clean.ts";
import { BATCH_SHELL, batchLine, hostSeconds, preamble } from "./batch-script.ts";
import { feed, openFrames, type FrameEvent } from "./frames.ts";
import { outcomeOf } from "./outcome.ts";
import { noAnswer, type HostPending } from "./pending.ts";
import { problem, type Problem } from "./problem.ts";
import { exec } from "./session-channel.ts";

/** A command that has said nothing for so long is holding up those behind it. */
const HELD_UP_MS = 500;
/** Time for `timeout -k 1` to do its work, and for the answer to come. */
const GRACE_MS = 1_500;
/** For sshd to start the shell: it logs the session in, which may ask a directory service. */
const OPEN_DEADLINE_MS = 10_000;

/** One command as the shell is to run it. */
export interface ShellItem {
  readonly pending: HostPending;
  readonly argv: readonly string[];
  readonly sudo: boolean;
}

export interface ShellEvents {
  /** From sending to the first byte of the answer, when nothing else was in the way. */
  readonly onRoundTrip: (roundTripMs: number) => void;
  /** Whether items may go to another shell. */
  readonly mayMove: () => boolean;
  /** The first command holds these up; they are no longer this shell's. */
  readonly onHeldUp: (items: readonly ShellItem[]) => void;
  /** Everything sent has been answered. */
  readonly onIdle?: () => void;
  /** The shell has ended; these were not answered. `why` is told where trying again cannot help. */
  readonly onGone: (items: readonly ShellItem[], why: Problem | undefined) => void;
  /** After that: its channel is closed, which sshd says when nothing runs in it any more. */
  readonly onClosed?: () => void;
}

/** One long-lived `sh` on one channel. */
export interface Shell {
  readonly send: (items: readonly ShellItem[]) => void;
  /** Takes no more commands: it is left alone with one that hangs, or gone. */
  readonly closing: () => boolean;
  /** It was given up under a command that did not end, whatever `timeout` did to it. */
  readonly hung: () => boolean;
  /** Ends it; `onGone` and `onClosed` follow. */
  readonly close: () => void;
  /** Ends it without a word. */
  readonly dispose: () => void;
}

interface Entry {
  readonly id: number;
  readonly item: ShellItem;
  readonly seconds: number;
  readonly sentAtMs: number;
  readonly sentAt: number;
  /** The shell was idle when it was sent. */
  readonly alone: boolean;
  openedAt?: number;
}

export const openShell = (
  client: Client,
  host: { readonly name: string; readonly user: string },
  events: ShellEvents,
): Shell => {
  const nonce = randomBytes(16).toString("hex");
  let frames = openFrames(nonce);
  let channel: ClientChannel | undefined;
  let unsent: ShellItem[] = [];
  let entries: Entry[] = [];
  let nextId = 1;
  let state: "opening" | "open" | "leaving" | "gone" = "opening";
  let lastBytesAt = performance.now();
  let roundTripMs = 0;
  let answered = false;
  let hung = false;
  let said = "";
  let timer: NodeJS.Timeout;

  const end = (why?: Problem): void => {
    if (state === "gone") return;
    state = "gone";
    clearTimeout(timer);
    channel?.close();
    const [first] = entries;
    if (first?.openedAt !== undefined) {
      // It was running when the shell ended, and may do the same to the next one. A change may have been made.
      const { pending } = first.item;
      const reason = pending.ask.effect === "change" ? "unreachable" : "failed";
      pending.fail(problem(reason, `${host.name}: the shell ended under ${pending.ask.commandId}`));
    }
    const left = [...entries.map((entry) => entry.item), ...unsent].filter(({ pending }) => !pending.settled());
    entries = [];
    unsent = [];
    events.onGone(left, why);
  };

  const write = (items: readonly ShellItem[], before: string): void => {
    const now = performance.now();
    const fresh = items.map((item, index): Entry => {
      const seconds = hostSeconds(item.pending.remainingMs());
      const alone = index === 0 && entries.length === 0 && before === "";
      nextId += 1;
      if (!answered) item.pending.ifLate(() => whyLate(item));
      return { id: nextId - 1, item, seconds, sentAtMs: Date.now(), sentAt: now, alone };
    });
    entries = [...entries, ...fresh];
    channel?.write(before + fresh.map(({ id, seconds, item }) => batchLine(id, seconds, item.argv)).join(""));
    watch();
  };

  /** What has said something and not answered is no shell, or one that does not speak as `sh` does. */
  const whyLate = ({ pending }: ShellItem): Problem =>
    answered || cleanLine(said) === "" ? noAnswer(host.name, pending) : noShell(host.name, said);

  const watch = (): void => {
    clearTimeout(timer);
    const [first] = entries;
    if (first === undefined || state === "gone") return;
    const now = performance.now();
    const stuckInMs = first.item.pending.remainingMs() + GRACE_MS;
    const heldUpInMs = first.openedAt === undefined || entries.length < 2 ? stuckInMs : lastBytesAt + HELD_UP_MS - now;
    if (stuckInMs <= 0) {
      hung = first.openedAt !== undefined;
      end();
    } else if (heldUpInMs <= 0 && events.mayMove()) moveOthers();
    else timer = setTimeout(watch, Math.max(50, Math.min(stuckInMs, heldUpInMs)));
  };

  const moveOthers = (): void => {
    const [first, ...others] = entries;
    entries = first === undefined ? [] : [first];
    state = "leaving";
    watch();
    events.onHeldUp(others.map((entry) => entry.item).filter(({ pending }) => !pending.settled()));
  };

  const onFrame = (event: FrameEvent): void => {
    const entry = entries.find(({ id }) => id === event.id);
    if (entry === undefined) return;
    answered = true;
    if (event.kind === "opened") {
      entry.openedAt = lastBytesAt;
      if (entry.alone) {
        roundTripMs = lastBytesAt - entry.sentAt;
        events.onRoundTrip(roundTripMs);
      }
      return;
    }
    entries = entries.filter((each) => each !== entry);
    entry.item.pending.settle(
      outcomeOf({
        host: host.name,
        user: host.user,
        argv: entry.item.pending.argv,
        sudo: entry.item.sudo,
        sentAtMs: lonelySentAtMs(entry, roundTripMs),
        receivedAtMs: Date.now(),
        seconds: entry.seconds,
        exit: { code: event.exitCode },
        stdout: event.stdout,
        stderr: event.stderr,
      }),
    );
  };

  const onData = (bytes: Buffer): void => {
    if (state === "gone") return;
    lastBytesAt = performance.now();
    if (!answered && said.length < 400) said += bytes.toString("utf8", 0, 400);
    const fed = feed(frames, bytes);
    frames = fed.state;
    for (const event of fed.events) onFrame(event);
    if (state === "leaving" && entries.length === 0) end();
    else watch();
    if (fed.events.length > 0 && entries.length === 0) events.onIdle?.();
  };

  timer = setTimeout(() => end(), OPEN_DEADLINE_MS);
  exec(client, host.name, BATCH_SHELL, (result) => {
    if (state === "gone") {
      if (!result.ok) events.onClosed?.();
      else result.channel.once("close", () => events.onClosed?.()).close();
      return;
    }
    if (!result.ok) {
      end(result);
      events.onClosed?.();
      return;
    }
    clearTimeout(timer);
    channel = result.channel;
    state = "open";
    channel.on("data", onData);
    channel.stderr.on("data", (bytes: Buffer) => {
      if (!answered && said.length < 400) said += bytes.toString("utf8", 0, 400);
    });
    channel.once("close", () => {
      end(answered ? undefined : noShell(host.name, said));
      events.onClosed?.();
    });
    const items = unsent.filter(({ pending }) => !pending.settled());
    unsent = [];
    write(items, preamble(nonce));
    if (entries.length === 0) events.onIdle?.();
  });

  return {
    send: (items) => {
      if (state === "opening") unsent = [...unsent, ...items];
      else write(items, "");
    },
    closing: () => state === "leaving" || state === "gone",
    hung: () => hung,
    close: () => end(),
    dispose: () => {
      state = "gone";
      clearTimeout(timer);
      channel?.close();
    },
  };
};

/**
 * When the command would have been sent had it been alone: one round trip before its answer began. What a host says
 * about its clock is compared with the middle of sending and receiving, so waiting behind others must not count.
 */
const lonelySentAtMs = (entry: Entry, roundTripMs: number): number => {
  // Until a round trip has been measured none can be taken off: better a wide span than one that claims too much.
  if (roundTripMs === 0) return entry.sentAtMs;
  const waitedMs = (entry.openedAt ?? entry.sentAt) - roundTripMs - entry.sentAt;
  return entry.sentAtMs + Math.max(0, Math.round(waitedMs));
};

const noShell = (host: string, said: string): Problem => {
  const words = cleanLine(said).slice(0, 200);
  return problem(
    "failed",
    `${host}: the account has no usable shell${words === "" ? "" : `: ${words}`}`,
    "give it a login shell, without a forced command",
  );
};
