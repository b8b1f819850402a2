import type { OperatorGrant } from "../../connect/grant.ts";
import type { Asking } from "../prompts.ts";
import { askReason } from "./begin.ts";
import type { Front } from "./contract.ts";
import type { Unlocking } from "./unlocking.ts";

/** What something is done with. */
export interface Allowed {
  readonly grant: OperatorGrant;
  /** Of this deed alone; the grant has the one of the unlocking. */
  readonly reason: string;
}

export interface Allowing {
  /** `then` is what comes after it. */
  readonly unlock: (then: string) => Promise<void>;
  /** The right to do it, and why; undefined when it was given up, which has been said. */
  readonly allowed: (deed: string) => Promise<Allowed | undefined>;
  /** A reason was given elsewhere: it stands there when the next one is asked for. */
  readonly remember: (reason: string) => void;
}

export interface AllowingOptions {
  readonly ask: Asking["ask"];
  readonly unlocking: Unlocking;
  readonly operator: string;
  readonly say: Front["say"];
}

export const GIVEN_UP = "given up: nothing was sent";

/** Asks for a reason before every deed, since what was said of another may not be why this one is done. */
export const createAllowing = ({ ask, unlocking, operator, say }: AllowingOptions): Allowing => {
  let last = "";
  const unlock = async (then: string): Promise<void> => {
    const reason = await askReason(ask, "unlock", unlockWords(operator, then));
    if (reason === undefined) {
      say("given up: still locked, and nothing was sent");
      return;
    }
    last = reason;
    const why = await unlocking.unlock(reason);
    if (why !== undefined) say(why, "critical");
  };
  return {
    unlock,
    remember: (reason) => {
      last = reason;
    },
    allowed: async (deed) => {
      if (unlocking.now() === undefined) await unlock(deed);
      else {
        const reason = await askReason(ask, deed, WHY_THIS, last);
        if (reason === undefined) {
          say(GIVEN_UP);
          return undefined;
        }
        last = reason;
        if (unlocking.now() === undefined) say("locked meanwhile: nothing was sent", "warning");
      }
      const open = unlocking.now();
      if (open === undefined) return undefined;
      unlocking.touch();
      return { grant: open.grant, reason: last };
    },
  };
};

const unlockWords = (operator: string, then: string): readonly string[] => [
  `${operator}, why is something to be changed?`,
  "The reason goes to the audit. Nothing is sent by unlocking; the console locks itself 30 minutes after the last action.",
  `Then: ${then}`,
];

const WHY_THIS: readonly string[] = [
  "Why? The reason goes to the audit.",
  "What was said last stands here: change it where this has another reason.",
];
