import type { Granted, OperatorGrant } from "../../connect/grant.ts";
import type { Carried, Carrying } from "../../procedures/carry.ts";
import type { Sight } from "../../procedures/gates.ts";
import type { ProcedureKind } from "../../procedures/kind.ts";
import type { AuditEvent } from "../../record/audit.ts";
import type { LockNote } from "../../record/lock-note.ts";
import type { LockValue } from "../../record/lock-value.ts";
import type { Standing } from "../../record/replay.ts";

/** What the console may do to the cluster on screen. A viewer's has nothing that could send a change. */
export type Hand = ViewerHand | OperatorHand;

interface Common {
  /** On disk when it resolves. Rejects when it cannot be written. */
  readonly audit: (event: AuditEvent, reason: string) => Promise<void>;
  /** Who else is at the cluster, by what stands beside its lock; undefined when nobody is, or it is not known. */
  readonly others: () => Promise<Others | undefined>;
}

/** Somebody else changes the cluster now, or has left something unfinished. */
export interface Others {
  /** Has the lock now. */
  readonly holder?: LockValue;
  /** What is begun, and not ended. */
  readonly note?: LockNote;
  /** The same as a journal here would tell it; absent where too little of it is kept on the cluster. */
  readonly standing?: Standing;
}

export interface ViewerHand extends Common {
  readonly role: "viewer";
  /** Why nothing can be changed from here, and what would make it possible. */
  readonly why: string;
}

export interface OperatorHand extends Common {
  readonly role: "operator";
  /** Who, as this machine knows them. */
  readonly operator: string;
  /** The only way to be let through the door. */
  readonly grant: (reason: string, lastsMs: number) => Granted;
  readonly kinds: readonly ProcedureKind[];
  /** The console's own watch, and questions beside it. */
  readonly sight: Sight;
  /** Rejects when journal or audit cannot be written. */
  readonly carry: (work: Work) => Promise<Carried>;
  /** Reads a report that {@link carry} has written. Rejects when it cannot be read. */
  readonly readReport: (path: string) => Promise<string>;
  /** Procedures that were begun from this machine and have not ended; not those that another process runs now. */
  readonly unfinished: () => Promise<readonly Standing[]>;
  /** Whether it would send what came from elsewhere, and nobody here has ever seen. */
  readonly isUnseen: (standing: Standing) => Promise<boolean>;
  /** Gives one up as it is: somebody else puts the cluster in order. Resolves to why its note on the cluster stays. */
  readonly leave: (standing: Standing, reason: string, grant: OperatorGrant) => Promise<string | undefined>;
  /**
   * A login shell on a host, on this process's terminal, which must be its own meanwhile; audited. Resolves to a line for
   * the screen; rejects when the audit cannot be written, and then opens nothing.
   */
  readonly shell: (host: string, grant: OperatorGrant, reason: string) => Promise<string>;
}

/** What is to be carried out; the rest of {@link Carrying} is the hand's own. */
export type Work = Omit<Carrying, "cluster" | "sessions" | "sight"> & { readonly grant: OperatorGrant };
