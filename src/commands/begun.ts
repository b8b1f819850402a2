import type { Essentials, LockNote } from "../record/lock-note.ts";
import type { Standing } from "../record/replay.ts";

/** A procedure that is begun and not ended, by the journal here or by the note on the cluster. */
export interface Begun {
  readonly id: string;
  readonly of: Pick<Essentials, "name" | "subject" | "params">;
  readonly here?: Standing;
  readonly note?: LockNote;
}
