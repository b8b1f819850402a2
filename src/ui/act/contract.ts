import type { StoreApi } from "zustand/vanilla";
import type { ProcedureKind } from "../../procedures/kind.ts";
import type { Standing } from "../../record/replay.ts";
import type { Others } from "./hand.ts";
import type { Run } from "./run.ts";
import type { Unlocked } from "./unlocking.ts";

/** What the screen shows of what may be done, and is being done. */
export interface ActState {
  /** Why nothing can be changed from here; a viewer's. */
  readonly refusal?: string;
  readonly unlocked?: Unlocked;
  /** The procedure of this console: under way, or ended and not yet put away. */
  readonly run?: Run;
  /** Begun from here earlier, and not ended. */
  readonly left: readonly Standing[];
  /** Somebody else is at this cluster. */
  readonly others?: Others;
}

/** What an actor needs of the screen. */
export interface Front {
  readonly say: (text: string, tone?: "plain" | "warning" | "critical") => void;
  /** Brings the walkthrough on screen, or takes it off. */
  readonly showWalk: (shown: boolean) => void;
  /** Brings a text on screen that was read from `path`. */
  readonly showReport: (path: string, lines: readonly string[]) => void;
  /** Every way to press an action, as the help shows it; empty for none. */
  readonly keysOf: (action: string) => string;
  /** Gives the terminal to somebody else for as long as that takes, and takes it back. */
  readonly lend: (during: () => Promise<void>) => Promise<void>;
}

/** Everything that may lead to a change of one cluster. Every way through it asks first. */
export interface Actor {
  readonly store: StoreApi<ActState>;
  /** What there is to do, procedures of one's own included; a viewer's list is what there would be. */
  readonly kinds: readonly ProcedureKind[];
  /** Looks for what was left unfinished, and asks about it. */
  readonly opened: (front: Front) => Promise<void>;
  /** A key that would change something was pressed where nothing can be changed. */
  readonly refused: (what: string, why: string) => void;
  readonly toggleLock: (front: Front) => Promise<void>;
  readonly begin: (front: Front, kind: ProcedureKind, subject: string) => Promise<void>;
  /** A shell on a host: outside midwatch's control, so only when unlocked. */
  readonly shell: (front: Front, host: string) => Promise<void>;
  /** To the procedure under way, or to what is unfinished. */
  readonly show: (front: Front) => Promise<void>;
  /** Enter in the walkthrough: the next step, the decision that is waited for, or after the end the way on. */
  readonly proceed: (front: Front) => Promise<void>;
  /** What was written down of the procedure that has ended. */
  readonly report: (front: Front) => Promise<void>;
  readonly setPace: (pace: Run["pace"]) => void;
  readonly stop: () => void;
  readonly undo: (front: Front) => Promise<void>;
  readonly skip: () => Promise<void>;
  /** Resolves to true when the console may be left. What is under way is stopped first, when that is wanted. */
  readonly mayLeave: (front: Front) => Promise<boolean>;
  /** Whether a procedure is being carried out. */
  readonly isUnderWay: () => boolean;
  /** Stops what is under way at its next safe point and resolves when it has ended. */
  readonly stopped: (why: string) => Promise<void>;
  /** The same, waits no longer than that for it, and locks. */
  readonly close: (withinMs: number) => Promise<void>;
}

export const withOthers = (state: ActState, others: Others | undefined): ActState => {
  const { others: _, ...rest } = state;
  return others === undefined ? rest : { ...rest, others };
};

export const withoutRun = (state: ActState): ActState => {
  const { run: _, ...rest } = state;
  return rest;
};

export const withoutUnlocked = (state: ActState): ActState => {
  const { unlocked: _, ...rest } = state;
  return rest;
};
