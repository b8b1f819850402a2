import { endGrant, grantLeftMs, renewGrant, type OperatorGrant } from "../../connect/grant.ts";
import type { OperatorHand } from "./hand.ts";

/** How long a console stays unlocked after the last action. */
export const UNLOCKED_MS = 30 * 60_000;

/** Before it locks itself while a procedure is under way: enough for that one to stop and give the cluster's lock back. */
const STOP_FIRST_MS = 15_000;

export interface Unlocked {
  readonly grant: OperatorGrant;
  readonly operator: string;
  readonly reason: string;
  /** By this machine's clock, for show: what counts is the grant. */
  readonly endsAtMs: number;
}

export interface Unlocking {
  readonly now: () => Unlocked | undefined;
  /** Undefined when it worked; else why not. Rejects when it cannot be written down: then it stays locked. */
  readonly unlock: (reason: string) => Promise<string | undefined>;
  /** An action: the time counts anew. */
  readonly touch: () => void;
  /** Resolves when it is written down, as far as it can be. */
  readonly lock: (why: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface UnlockingOptions {
  readonly hand: OperatorHand;
  readonly changed: (unlocked: Unlocked | undefined) => void;
  /** Time is nearly up. What is under way is stopped. */
  readonly nearlyOver: () => void;
  /** It could not be written down that it locked. */
  readonly failed: (error: unknown) => void;
}

/** The operator's grant while there is one. It lapses by itself, is given back, and its coming and going is audited. */
export const createUnlocking = ({ hand, changed, nearlyOver, failed }: UnlockingOptions): Unlocking => {
  let unlocked: Unlocked | undefined;
  const lock = async (why: string): Promise<void> => {
    if (unlocked === undefined) return;
    const { grant, reason } = unlocked;
    endGrant(grant);
    unlocked = undefined;
    changed(undefined);
    await hand.audit({ what: "locked", detail: why }, reason).catch(failed);
  };
  const timer = setInterval(() => {
    if (unlocked === undefined) return;
    const leftMs = grantLeftMs(unlocked.grant);
    if (leftMs === 0) void lock("30 minutes without an action");
    else if (leftMs < STOP_FIRST_MS) nearlyOver();
  }, 1_000);
  timer.unref();
  return {
    now: () => unlocked,
    unlock: async (reason) => {
      const granted = hand.grant(reason, UNLOCKED_MS);
      if (!granted.ok) return granted.why;
      const { grant } = granted;
      try {
        await hand.audit({ what: "unlocked", detail: "the console, for 30 minutes from the last action" }, reason);
      } catch (error) {
        endGrant(grant);
        throw error;
      }
      unlocked = { grant, operator: grant.operator, reason, endsAtMs: Date.now() + UNLOCKED_MS };
      changed(unlocked);
      return undefined;
    },
    touch: () => {
      if (unlocked === undefined || grantLeftMs(unlocked.grant) === 0) return;
      renewGrant(unlocked.grant);
      unlocked = { ...unlocked, endsAtMs: Date.now() + UNLOCKED_MS };
      changed(unlocked);
    },
    lock,
    close: () => {
      clearInterval(timer);
      return lock("the console was closed");
    },
  };
};
