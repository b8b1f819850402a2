/** What a chunk of bytes completed, or why it is not RESP2. */
export type Framed = { readonly whole: Buffer; readonly frames: number } | { readonly broken: string };

/**
 * Cuts a RESP2 byte stream into whole top-level values, checking every length on the way. Only what it lets through
 * reaches ioredis, whose decoder trusts lengths, takes RESP3 types it was not asked to, and throws past every handler
 * on a null nobody asked for. Source: https://redis.io/docs/latest/develop/reference/protocol-spec/
 */
export const respFrames = (limitBytes: number): ((bytes: Buffer) => Framed) => {
  let held: Buffer = Buffer.alloc(0);
  /** Where the next item starts. */
  let at = 0;
  /** Items still missing in each array that is open. */
  const missing: number[] = [];

  return (bytes) => {
    held = held.length === 0 ? bytes : Buffer.concat([held, bytes]);
    let frames = 0;
    let whole = 0;
    while (at < held.length) {
      const item = itemAt(held, at, limitBytes);
      if (item === undefined) break;
      if ("broken" in item) return item;
      at = item.end;
      if (item.children > 0) {
        if (missing.length === DEEPEST) return { broken: "arrays too deep" };
        missing.push(item.children);
        continue;
      }
      closeFull(missing);
      if (missing.length === 0) {
        frames += 1;
        whole = at;
      }
    }
    if (held.length - whole > limitBytes) return { broken: "a reply too large" };
    const passed = held.subarray(0, whole);
    held = held.subarray(whole);
    at -= whole;
    return { whole: passed, frames };
  };
};

const DEEPEST = 16;
const LONGEST_LINE = 65_536;
const CR = 13;
const LF = 10;

type Item = { readonly end: number; readonly children: number } | { readonly broken: string };

/** The item at an offset; undefined while it is not all there. An array counts its header alone. */
const itemAt = (bytes: Buffer, start: number, limitBytes: number): Item | undefined => {
  const lf = bytes.indexOf(LF, start);
  if (lf === -1) return bytes.length - start > LONGEST_LINE ? { broken: "a line too long" } : undefined;
  if (bytes[lf - 1] !== CR || bytes.subarray(start, lf - 1).includes(CR)) return { broken: "a line without its end" };
  const end = lf + 1;
  const type = String.fromCharCode(bytes[start] ?? 0);
  // Long lines are texts; the others are numbers of at most 20 digits.
  const text = bytes.toString("latin1", start + 1, Math.min(lf - 1, start + 32));
  switch (type) {
    case "+":
    case "-":
      return lf - start > LONGEST_LINE ? { broken: "a line too long" } : { end, children: 0 };
    case ":":
      return /^[+-]?\d{1,20}$/.test(text) ? { end, children: 0 } : { broken: "a number that is none" };
    case "$": {
      const size = sizeOf(text, limitBytes);
      if (size === undefined) return { broken: "a length that cannot be" };
      if (size === -1) return { end, children: 0 };
      if (bytes.length < end + size + 2) return undefined;
      return bytes[end + size] === CR && bytes[end + size + 1] === LF
        ? { end: end + size + 2, children: 0 }
        : { broken: "a text without its end" };
    }
    case "*": {
      const size = sizeOf(text, limitBytes);
      return size === undefined ? { broken: "a length that cannot be" } : { end, children: Math.max(0, size) };
    }
    default:
      return { broken: "a type RESP2 does not have" };
  }
};

const sizeOf = (text: string, limit: number): number | undefined => {
  if (text === "-1") return -1;
  if (!/^\d{1,10}$/.test(text)) return undefined;
  const size = Number(text);
  return size <= limit ? size : undefined;
};

/** One item is complete: it may complete the arrays it is the last of. */
const closeFull = (missing: number[]): void => {
  while (missing.length > 0) {
    const left = (missing.pop() ?? 1) - 1;
    if (left > 0) {
      missing.push(left);
      return;
    }
  }
};
