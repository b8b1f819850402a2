import type { Granted, OperatorGrant } from "../../connect/grant.ts";
import type { Carried, Carrying } from "../../procedures/carry.ts";
import type { Sight } from "../../procedures/gates.ts";
import type { ProcedureKind } from "../../procedures/kind.ts";
import type { AuditEvent } from "../../record/audit.ts";
import type { Standing } from "../../record/replay.ts";

/** What the console may do to the cluster on screen. A viewer's has nothing that could send a change. */
export type Hand = ViewerHand | OperatorHand;

interface Writing {
  /** On disk when it resolves. Rejects when it cannot be written. */
  readonly audit: (event: AuditEvent, reason: string) => Promise<void>;
}

export interface ViewerHand extends Writing {
  readonly role: "viewer";
  /** Why nothing can be changed from here, and what would make it possible. */
  readonly why: string;
}

export interface OperatorHand extends Writing {
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
  /** Procedures that were begun from this machine and have not ended; not those that another process runs now. */
  readonly unfinished: () => Promise<readonly Standing[]>;
  /** Gives one up as it is: somebody else puts the cluster in order. Resolves to why its note on the cluster stays. */
  readonly leave: (standing: Standing, reason: string, grant: OperatorGrant) => Promise<string | undefined>;
}

/** What is to be carried out; the rest of {@link Carrying} is the hand's own. */
export type Work = Omit<Carrying, "cluster" | "sessions" | "sight"> & { readonly grant: OperatorGrant };
