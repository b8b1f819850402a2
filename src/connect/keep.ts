import { backoff } from "./backoff.ts";
import { endedHere, networkProblem } from "./failure.ts";
import type { Problem } from "./ssh/problem.ts";

/** A connection worth keeping between asks. */
export interface Keepable {
  readonly alive: () => boolean;
  readonly close: () => void;
}

export type Opened<S> = { readonly ok: true; readonly session: S } | ({ readonly ok: false } & Problem);

export type Taken<S> =
  /** `fresh` connections were made for this ask; a kept one may have died unnoticed since it was last used. */
  { readonly ok: true; readonly session: S; readonly fresh: boolean } | ({ readonly ok: false } & Problem);

/** One kept connection: made on demand, by one attempt at a time, with back-off between failures. */
export interface Keeper<S> {
  readonly take: (deadlineMs: number) => Promise<Taken<S>>;
  readonly close: () => void;
}

/** `open` settles within the deadline it is given. */
export const keeper = <S extends Keepable>(
  where: string,
  open: (deadlineMs: number) => Promise<Opened<S>>,
): Keeper<S> => {
  const pause = backoff();
  let kept: S | undefined;
  let opening: Promise<Taken<S>> | undefined;
  let closed = false;

  const attempt = async (deadlineMs: number): Promise<Taken<S>> => {
    const opened = await tryOpen(open, deadlineMs, where);
    if (!opened.ok) {
      pause.failed(opened);
      return opened;
    }
    if (closed) {
      opened.session.close();
      return { ok: false, ...endedHere(where) };
    }
    pause.succeeded();
    kept = opened.session;
    return { ok: true, session: opened.session, fresh: true };
  };

  return {
    take: async (deadlineMs) => {
      if (closed) return { ok: false, ...endedHere(where) };
      if (kept?.alive() === true) return { ok: true, session: kept, fresh: false };
      kept = undefined;
      if (opening !== undefined) return opening;
      const held = pause.holding();
      if (held !== undefined) return { ok: false, ...held };
      opening = attempt(deadlineMs).finally(() => {
        opening = undefined;
      });
      return opening;
    },
    close: () => {
      closed = true;
      kept?.close();
      kept = undefined;
    },
  };
};

const tryOpen = async <S>(
  open: (deadlineMs: number) => Promise<Opened<S>>,
  deadlineMs: number,
  where: string,
): Promise<Opened<S>> => {
  try {
    return await open(deadlineMs);
  } catch (error) {
    return { ok: false, ...networkProblem(error, where) };
  }
};
