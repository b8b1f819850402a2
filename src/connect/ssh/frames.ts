import { append, EMPTY, type Capture } from "./capture.ts";

/**
 * Takes the batch lane's byte stream apart (docs/architecture.md has the framing):
 *
 *     NONCE o ID\n <stdout> \nNONCE e ID EXITCODE\n <stderr> \nNONCE z ID\n
 *
 * A pure function of state and bytes, however they are cut. Only the exact marker that is due next is taken for one,
 * so nothing a command prints can be, short of the nonce itself; bytes between frames are skipped.
 */
export interface FrameState {
  readonly nonce: string;
  readonly at: Place;
  /** Bytes that may be the beginning of the marker that is due. */
  readonly held: Buffer;
}

type Place =
  | { readonly in: "between" }
  | { readonly in: "stdout"; readonly id: number; readonly stdout: Capture }
  | {
      readonly in: "stderr";
      readonly id: number;
      readonly stdout: Capture;
      readonly exitCode: number;
      readonly stderr: Capture;
    };

export type FrameEvent =
  | { readonly kind: "opened"; readonly id: number }
  | {
      readonly kind: "closed";
      readonly id: number;
      readonly exitCode: number;
      readonly stdout: Capture;
      readonly stderr: Capture;
    };

export interface Fed {
  readonly state: FrameState;
  readonly events: readonly FrameEvent[];
}

export const openFrames = (nonce: string): FrameState => ({ nonce, at: { in: "between" }, held: Buffer.alloc(0) });

export const feed = (state: FrameState, bytes: Buffer): Fed => {
  const events: FrameEvent[] = [];
  let at = state.at;
  let rest = state.held.length === 0 ? bytes : Buffer.concat([state.held, bytes]);
  for (;;) {
    const marker = findMarker(rest, markerDue(at, state.nonce));
    const content = rest.subarray(0, marker.at);
    rest = rest.subarray(marker.kind === "found" ? marker.end : marker.at);
    at = withContent(at, content);
    if (marker.kind !== "found") break;
    const passed = passMarker(at, marker.number);
    at = passed.at;
    if (passed.event !== undefined) events.push(passed.event);
  }
  // A copy, or a few held bytes would keep a whole chunk alive.
  return { state: { nonce: state.nonce, at, held: Buffer.from(rest) }, events };
};

/** A marker is a fixed head, a number or none, and a newline. */
interface Due {
  readonly head: Buffer;
  readonly number: boolean;
}

const markerDue = (at: Place, nonce: string): Due => {
  switch (at.in) {
    case "between":
      return { head: Buffer.from(`${nonce} o `), number: true };
    case "stdout":
      return { head: Buffer.from(`\n${nonce} e ${at.id} `), number: true };
    case "stderr":
      return { head: Buffer.from(`\n${nonce} z ${at.id}`), number: false };
  }
};

const withContent = (at: Place, content: Buffer): Place => {
  switch (at.in) {
    case "between":
      return at;
    case "stdout":
      return { ...at, stdout: append(at.stdout, content) };
    case "stderr":
      return { ...at, stderr: append(at.stderr, content) };
  }
};

const passMarker = (at: Place, number: number): { readonly at: Place; readonly event?: FrameEvent } => {
  switch (at.in) {
    case "between":
      return { at: { in: "stdout", id: number, stdout: EMPTY }, event: { kind: "opened", id: number } };
    case "stdout":
      return { at: { in: "stderr", id: at.id, stdout: at.stdout, exitCode: number, stderr: EMPTY } };
    case "stderr": {
      const { id, exitCode, stdout, stderr } = at;
      return { at: { in: "between" }, event: { kind: "closed", id, exitCode, stdout, stderr } };
    }
  }
};

type Marker =
  | { readonly kind: "found"; readonly at: number; readonly end: number; readonly number: number }
  /** Up to `at` there is none; what follows may become one. */
  | { readonly kind: "none"; readonly at: number };

const NEWLINE = 0x0a;
const MAX_DIGITS = 10;

const findMarker = (bytes: Buffer, { head, number }: Due): Marker => {
  let from = 0;
  for (;;) {
    const at = bytes.indexOf(head, from);
    if (at < 0) return { kind: "none", at: partialHead(bytes, head, from) };
    const digits = at + head.length;
    const end = number ? endOfDigits(bytes, digits) : digits;
    if (end === bytes.length) return { kind: "none", at };
    if (bytes[end] === NEWLINE && (end > digits || !number)) {
      return { kind: "found", at, end: end + 1, number: Number(bytes.toString("latin1", digits, end)) };
    }
    // It only looked like one.
    from = at + 1;
  }
};

const endOfDigits = (bytes: Buffer, from: number): number => {
  let end = from;
  while (end < bytes.length && end - from < MAX_DIGITS && isDigit(bytes[end])) end += 1;
  return end;
};

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x30 && byte <= 0x39;

/** Where at the end of `bytes` the head may have begun. */
const partialHead = (bytes: Buffer, head: Buffer, from: number): number => {
  for (let at = Math.max(from, bytes.length - head.length + 1); at < bytes.length; at += 1) {
    if (bytes.subarray(at).equals(head.subarray(0, bytes.length - at))) return at;
  }
  return bytes.length;
};
