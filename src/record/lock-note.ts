import { deflateRawSync, inflateRawSync } from "node:zlib";
import { z } from "zod";
import { cleanLine } from "../connect/clean.ts";
import type { EntryOf } from "./journal-entry.ts";
import { parseLine } from "./lines.ts";
import { stepIndex, type Standing } from "./replay.ts";

// Made harmless on its way, but for its own escapes, which parsing undoes: so cleaned again, but for what procedures are
// made from, which they check.
const text = z.string().transform(cleanLine);

/** What of a journal another machine needs to go on with its procedure, or to take it back. */
const essentialsSchema = z.object({
  name: text,
  subject: text,
  params: z.record(z.string(), z.string()),
  reason: text,
  pid: z.number(),
  phase: z.enum(["running", "stopped", "undoing"]),
  why: text.optional(),
  /** Of the present step: its number, from 1, how many there are, and its title. */
  at: z.object({ number: z.number(), of: z.number(), title: text }).optional(),
  finished: z.array(text),
  leftOut: z.array(text),
  overridden: z.array(text),
  answers: z.record(text, text),
  changes: z.array(
    z.object({
      step: text,
      action: text,
      target: text,
      sent: text,
      undo: z.boolean(),
      outcome: z.enum(["done", "refused", "failed", "in-doubt"]).optional(),
    }),
  ),
});

/** A procedure of hundreds of changes; small beside one visitor's session store. */
const MAX_CHARACTERS = 32_768;

/** What stands beside the cluster's lock until a procedure has ended. Times are ms since the epoch. */
const noteSchema = z.object({
  /** The journal's id. It becomes a file's name. */
  procedure: z.string().regex(/^[\w.-]{1,200}$/),
  title: text,
  operator: text,
  machine: text,
  step: text,
  fence: z.number(),
  sinceMs: z.number(),
  atMs: z.number(),
  /** Absent when they are too long to keep there: then only the machine that has the journal can go on. */
  essentials: essentialsSchema.optional(),
  /** The essentials, where they are long: JSON, deflated, in base64. An upgrade names every package of every host. */
  packed: z.string().max(MAX_CHARACTERS).optional(),
});

export type LockNote = Omit<z.output<typeof noteSchema>, "packed">;
export type Essentials = z.output<typeof essentialsSchema>;

export interface NoteOf {
  readonly standing: Standing;
  /** `drain of web2`. */
  readonly title: string;
  readonly fence: number;
  readonly nowMs: number;
}

/** As text, bounded: packed where it is long, then without what was sent in full, then without the essentials. */
export const noteText = (of: NoteOf): string => {
  const { opened, hand, step = "" } = of.standing;
  const note: LockNote = {
    procedure: opened.id,
    title: of.title,
    operator: hand.operator,
    machine: hand.machine,
    step,
    fence: of.fence,
    sinceMs: opened.atMs,
    atMs: of.nowMs,
  };
  const essentials = essentialsOf(of.standing);
  const brief = { ...essentials, changes: essentials.changes.map((change) => ({ ...change, sent: "" })) };
  const plain = asciiText({ ...note, essentials });
  if (plain.length <= MAX_CHARACTERS) return plain;
  const texts = [essentials, brief].map((each) => asciiText({ ...note, packed: pack(each) }));
  return texts.find(({ length }) => length <= MAX_CHARACTERS) ?? asciiText(note);
};

const pack = (essentials: Essentials): string => deflateRawSync(JSON.stringify(essentials)).toString("base64");

/** Beyond any procedure: whoever may write the note makes nobody run out of memory. */
const MAX_UNPACKED_BYTES = 4_194_304;

const unpack = (packed: string): Essentials | undefined => {
  try {
    const json = inflateRawSync(Buffer.from(packed, "base64"), { maxOutputLength: MAX_UNPACKED_BYTES });
    return essentialsSchema.safeParse(parseLine(json.toString("utf8"))).data;
  } catch {
    return undefined;
  }
};

const essentialsOf = (standing: Standing): Essentials => {
  const { opened, hand, phase, why, finished, leftOut, overridden, answers, changes } = standing;
  const index = stepIndex(standing);
  const present = opened.steps[index];
  return {
    name: opened.procedure,
    subject: opened.subject,
    params: opened.params,
    reason: opened.reason,
    pid: hand.pid,
    phase: phase === "closed" ? "stopped" : phase,
    ...(why === undefined ? {} : { why: why.slice(0, 300) }),
    ...(present === undefined ? {} : { at: { number: index + 1, of: opened.steps.length, title: present.title } }),
    finished: [...finished],
    leftOut: [...leftOut],
    overridden: [...overridden],
    answers: Object.fromEntries(answers),
    // The line in the host's own log is nothing to go on from.
    changes: changes
      .filter(({ action }) => !action.startsWith("log "))
      .map(({ step: at, action, target, sent, undo, outcome }) => ({
        step: at,
        action,
        target,
        sent: sent.slice(0, 200),
        undo,
        ...(outcome === undefined ? {} : { outcome }),
      })),
  };
};

/** Plain ASCII, so that what is read back, made harmless on its way, is what was written. */
const asciiText = (note: z.input<typeof noteSchema>): string =>
  JSON.stringify(note).replaceAll(/[\u007f-\uffff]/g, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `\\u${code.toString(16).padStart(4, "0")}`;
  });

/** Of which procedure it is, as far as a note of another version says so. */
export const procedureOfNote = (text: string): string | undefined =>
  noteSchema.pick({ procedure: true }).safeParse(parseLine(text)).data?.procedure;

export const readNote = (text: string): LockNote | undefined => {
  const read = noteSchema.safeParse(parseLine(text)).data;
  if (read?.packed === undefined) return read;
  const { packed, ...note } = read;
  const essentials = note.essentials ?? unpack(packed);
  return essentials === undefined ? note : { ...note, essentials };
};

type Entry =
  | EntryOf<"opened">
  | EntryOf<"step">
  | EntryOf<"gate">
  | EntryOf<"change">
  | EntryOf<"result">
  | EntryOf<"answer">
  | EntryOf<"undoing">
  | EntryOf<"stopped">;

/** The journal a note makes on a machine that has none: enough to resume or undo, not what was seen on the way. */
export const entriesOf = (
  note: LockNote,
  essentials: Essentials,
  cluster: string,
  steps: EntryOf<"opened">["steps"],
): readonly Entry[] => {
  const { atMs } = note;
  const { finished, leftOut, overridden, answers, changes, phase, why = "" } = essentials;
  const opened: Entry = {
    kind: "opened",
    atMs: note.sinceMs,
    v: 1,
    id: note.procedure,
    procedure: essentials.name,
    subject: essentials.subject,
    cluster,
    params: essentials.params,
    steps,
    adopted: true,
    operator: note.operator,
    machine: note.machine,
    pid: essentials.pid,
    reason: essentials.reason,
    fence: note.fence,
  };
  return [
    opened,
    ...leftOut.map((step): Entry => ({ kind: "step", atMs, step, state: "left-out" })),
    ...finished.map((step): Entry => ({ kind: "step", atMs, step, state: "done" })),
    ...(note.step === "" || finished.includes(note.step) || leftOut.includes(note.step)
      ? []
      : [{ kind: "step", atMs, step: note.step, state: "started" } as const]),
    ...overridden.map((gate): Entry => {
      return {
        kind: "gate",
        atMs,
        step: note.step,
        gate,
        state: "overridden",
        value: "(on another machine)",
        wanted: "",
      };
    }),
    ...changes.flatMap(({ outcome, ...change }, index): readonly Entry[] => [
      { kind: "change", atMs, n: index + 1, command: "", ...change },
      ...(outcome === undefined ? [] : [{ kind: "result", atMs, n: index + 1, state: outcome } as const]),
    ]),
    ...Object.entries(answers).map(([step, answer]): Entry => ({ kind: "answer", atMs, step, answer })),
    ...(phase === "undoing" ? [{ kind: "undoing", atMs, why } as const] : []),
    ...(phase === "stopped" ? [{ kind: "stopped", atMs, step: note.step, why } as const] : []),
  ];
};
