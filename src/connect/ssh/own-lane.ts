import type { Client } from "ssh2";
import { noAnswer } from "./pending.ts";
import { problem, type Problem } from "./problem.ts";
import { openShell, type Shell, type ShellItem } from "./shell.ts";

/**
 * Questions that may take long or hang, side by side: a shell each while they run. The shell is kept for the next one,
 * because a channel and a process of sshd's for every question cost a host more than most of the questions do. A change
 * gets a shell that nothing ran in before and nothing will after.
 */
export interface OwnLane {
  readonly add: (items: readonly ShellItem[]) => void;
  readonly dispose: () => void;
}

const MAX_SIDE_BY_SIDE = 6;
/** How often a question is sent: again when its shell was lost before it had its turn. */
const MAX_SENDS = 3;

/** One of the six. It is free for another shell only when sshd says that the channel is closed: see {@link openOwnLane}. */
interface Place {
  readonly shell: Shell;
  item: ShellItem | undefined;
}

/**
 * A place whose command hangs for good (a file system whose server is gone) stays taken, since sshd closes a channel only
 * when the process has ended. While it does, the same question is not sent again: it would take the lane's places one by
 * one, until nothing else of this host's could be asked.
 */
export const openOwnLane = (client: Client, host: { readonly name: string; readonly user: string }): OwnLane => {
  const places = new Set<Place>();
  const sends = new WeakMap<ShellItem, number>();
  /** What was asked together stands together; they are served in turn, so that no few wait behind many. */
  let queue: readonly (readonly ShellItem[])[] = [];
  let disposed = false;

  const next = (): void => {
    if (disposed) return;
    for (const item of queue.flat()) if (hangsAlready(item)) item.pending.fail(stillHangs(host.name, item));
    for (;;) {
      queue = queue
        .map((group) => group.filter(({ pending }) => !pending.settled()))
        .filter(({ length }) => length > 0);
      const turn = queue.find((group) => group.some(mayBegin));
      const item = turn?.find(mayBegin);
      const place = item === undefined ? undefined : placeFor(item);
      if (turn === undefined || item === undefined || place === undefined) return;
      queue = [...queue.filter((group) => group !== turn), turn.filter((each) => each !== item)];
      place.item = item;
      sends.set(item, (sends.get(item) ?? 0) + 1);
      item.pending.ifLate(() => noAnswer(host.name, item.pending));
      place.shell.send([item]);
    }
  };

  /** A change is sent as often as somebody orders it. */
  const hangsAlready = (item: ShellItem): boolean =>
    !isChange(item) && [...places].some((place) => place.shell.hung() && isSame(place.item, item));

  /** The same question may be past its deadline and about to be ended there: only then is it known whether it hangs. */
  const mayBegin = (item: ShellItem): boolean =>
    isChange(item) ||
    ![...places].some(
      ({ shell, item: running }) => running?.pending.settled() === true && !shell.closing() && isSame(running, item),
    );

  const placeFor = (item: ShellItem): Place | undefined => {
    const idle = [...places].find((place) => place.item === undefined && !place.shell.closing());
    if (idle !== undefined && !isChange(item)) return idle;
    if (places.size < MAX_SIDE_BY_SIDE) return open();
    idle?.shell.close();
    return undefined;
  };

  const open = (): Place => {
    const shell = openShell(client, host, {
      onRoundTrip: () => undefined,
      mayMove: () => false,
      onHeldUp: () => undefined,
      onIdle: () => {
        if (place.item !== undefined && isChange(place.item)) shell.close();
        place.item = undefined;
        next();
      },
      onGone: (items, why) => {
        again(items, why);
        next();
      },
      onClosed: () => {
        places.delete(place);
        next();
      },
    });
    const place: Place = { shell, item: undefined };
    places.add(place);
    return place;
  };

  const again = (items: readonly ShellItem[], why: Problem | undefined): void => {
    const hopeless = (item: ShellItem): boolean =>
      why !== undefined || isChange(item) || (sends.get(item) ?? 0) >= MAX_SENDS;
    for (const item of items) if (hopeless(item)) item.pending.fail(why ?? lost(host.name, item));
    queue = [items.filter((item) => !hopeless(item)), ...queue];
  };

  const waiting = ({ pending }: ShellItem): void =>
    pending.ifLate(() => {
      const busy = [...places].flatMap(({ item }) => item?.pending.ask.commandId ?? []).join(", ");
      return problem("timeout", `${host.name}: ${pending.ask.commandId} never had its turn behind ${busy}`);
    });

  return {
    add: (items) => {
      for (const item of items) waiting(item);
      queue = [...queue, items];
      next();
    },
    dispose: () => {
      disposed = true;
      for (const { shell } of places) shell.dispose();
      places.clear();
      queue = [];
    },
  };
};

const isChange = ({ pending }: ShellItem): boolean => pending.ask.effect === "change";

const isSame = (one: ShellItem | undefined, other: ShellItem): boolean =>
  one !== undefined && one.argv.length === other.argv.length && one.argv.every((word, at) => word === other.argv[at]);

const stillHangs = (host: string, { pending }: ShellItem): Problem =>
  problem("timeout", `${host}: ${pending.ask.commandId} still hangs there since it was last asked`);

/** Of a change nobody can say whether it was done: that is another reason than that of a question that failed. */
const lost = (host: string, item: ShellItem): Problem =>
  problem(isChange(item) ? "unreachable" : "failed", `${host}: its shell ended before it answered`);
