import { z } from "zod";

/** Who works on a procedure, and with which fencing token of the cluster's lock (absent: without the lock). */
const handSchema = {
  operator: z.string(),
  machine: z.string(),
  pid: z.number(),
  reason: z.string(),
  fence: z.number().optional(),
  /** Tells the process from a later one of the same number; absent where the system does not. */
  mark: z.string().optional(),
};

const gateState = z.enum(["open", "waiting", "closed", "unknown", "overridden"]);

/** One line of a procedure's journal. Fields may be added; a meaning never changes. */
export const journalEntrySchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("opened"),
    atMs: z.number(),
    v: z.literal(1),
    id: z.string(),
    procedure: z.string(),
    /** A host, or the cluster. */
    subject: z.string(),
    cluster: z.string(),
    params: z.record(z.string(), z.string()),
    steps: z.array(z.object({ id: z.string(), title: z.string() }).readonly()).readonly(),
    /** Made from the note beside the cluster's lock: whoever can write there wrote it. */
    adopted: z.literal(true).optional(),
    ...handSchema,
  }),
  z.object({ kind: z.literal("resumed"), atMs: z.number(), ...handSchema }),
  z.object({
    kind: z.literal("step"),
    atMs: z.number(),
    step: z.string(),
    state: z.enum(["started", "done", "left-out"]),
  }),
  z.object({
    kind: z.literal("gate"),
    atMs: z.number(),
    step: z.string(),
    gate: z.string(),
    state: gateState,
    value: z.string(),
    wanted: z.string(),
    /** What was seen in full, where the value is only its gist. */
    record: z.string().optional(),
    /** Of one that was overridden: the operator's reason. */
    why: z.string().optional(),
  }),
  z.object({
    kind: z.literal("change"),
    atMs: z.number(),
    n: z.number().int(),
    step: z.string(),
    action: z.string(),
    target: z.string(),
    command: z.string(),
    sent: z.string(),
    undo: z.boolean(),
  }),
  z.object({
    kind: z.literal("result"),
    atMs: z.number(),
    n: z.number().int(),
    state: z.enum(["done", "refused", "failed", "in-doubt"]),
    why: z.string().optional(),
  }),
  z.object({ kind: z.literal("answer"), atMs: z.number(), step: z.string(), answer: z.string() }),
  z.object({ kind: z.literal("undoing"), atMs: z.number(), why: z.string() }),
  z.object({ kind: z.literal("stopped"), atMs: z.number(), step: z.string().optional(), why: z.string() }),
  z.object({
    kind: z.literal("closed"),
    atMs: z.number(),
    result: z.enum(["done", "undone", "left"]),
    why: z.string().optional(),
  }),
]);

export type JournalEntry = z.output<typeof journalEntrySchema>;
export type EntryOf<K extends JournalEntry["kind"]> = Extract<JournalEntry, { readonly kind: K }>;
/** What is written is stamped by the journal. */
export type Unstamped<E> = E extends unknown ? Omit<E, "atMs"> : never;
