import { isAlias, isMap, isScalar, isSeq, type LineCounter } from "yaml";
import type { Excerpt } from "./problem.ts";
import { below, choices, isNamed, isShowable, takesKeys, type Shape } from "./shape.ts";

/** A scalar's characters, the end not included. */
interface Span {
  readonly start: number;
  readonly end: number;
  readonly shown: boolean;
}

const MAX_DEPTH = 32;
const BEFORE_CARET = 70;
const AFTER_CARET = 50;

/**
 * Which parts of a YAML text may be shown again: keys, and plain values where the schema knows one that is no secret.
 * All else, comments and values under unknown or misspelled keys included, may be somebody's password and stays hidden.
 * Works on a broken document too: what the parser could not place is in no node and so is not shown, and of the keys
 * only those the schema names, since there a value may have become a key.
 */
export const scalarSpans = (contents: unknown, root: Shape, text: string, broken: boolean): readonly Span[] => {
  const spans: Span[] = [];
  const add = (node: unknown, showable: boolean, pattern: RegExp): void => {
    const range = isScalar(node) || isAlias(node) ? node.range : undefined;
    if (range === undefined || range === null) return;
    const [start, end] = range;
    const source = text.slice(start, end);
    // A value over several lines is a key file, or a quote that was never closed.
    const shown = showable && !/[\r\n]/.test(source) && !mayHoldPassword(source);
    const shownEnd = shown ? start + (pattern.exec(source)?.[0].length ?? 0) : start;
    spans.push({ start, end: shownEnd, shown: true }, { start: shownEnd, end, shown: false });
  };
  const walk = (node: unknown, at: readonly Shape[], depth: number): void => {
    if (depth > MAX_DEPTH) return;
    if (isMap(node)) {
      for (const pair of node.items) {
        const key = isScalar(pair.key) ? String(pair.key.value) : "";
        add(pair.key, hasColon(pair.key, text) && (broken ? isNamed(at, key) : takesKeys(at)), LEADING_NAME);
        const valueAt = key === "<<" ? at : at.flatMap((shape) => below(shape, key));
        walk(pair.value, valueAt, depth + 1);
      }
    } else if (isSeq(node)) {
      const itemAt = at.flatMap((shape) => below(shape, 0));
      for (const item of node.items) walk(item, itemAt, depth + 1);
    } else add(node, isShowable(at), WHOLE);
  };
  walk(contents, choices(root), 0);
  return spans;
};

/** What has none was made a key by the parser for want of anything better: a value gone astray, perhaps. */
const hasColon = (key: unknown, text: string): boolean => {
  const end = isScalar(key) ? key.range?.[1] : undefined;
  return end !== undefined && /^[ \t]*:/.test(text.slice(end, end + 16));
};

// `password:hunter2` without a blank is one long key in a flow mapping.
const LEADING_NAME = /^["']?[\w$./@<-]*["']?/;
const WHOLE = /^.*/;

/** `name:password@host`, in an address or a URL. */
export const mayHoldPassword = (value: string): boolean => /:.*@/.test(value);

/** As much of a key as may be repeated in a message. */
export const keyName = (key: string): string => {
  const name = /^[\w$./@<-]{0,40}/.exec(key)?.[0] ?? "";
  return name === key ? name : `${name}…`;
};

/** The line of `offset` with the place for a caret; undefined when nothing in that line may be shown. */
export const excerptAt = (
  text: string,
  lines: LineCounter,
  spans: readonly Span[],
  offset: number,
): Excerpt | undefined => {
  const lineStart = lines.lineStarts[lines.linePos(offset).line - 1] ?? 0;
  const start = Math.max(lineStart, offset - BEFORE_CARET);
  const rest = text.slice(offset, offset + AFTER_CARET);
  const end = offset + (/[\r\n]/.exec(rest)?.index ?? rest.length);
  const near = overlapping(spans, start, end);
  const before = masked(text.slice(start, offset), start, near);
  const after = masked(text.slice(offset, end), offset, near);
  if (!/[\p{L}\p{N}]/u.test(before + after)) return undefined;
  const cut = start > lineStart ? `…${before}` : before;
  return { text: (cut + after).trimEnd(), caretAt: cut.length };
};

/** Spans are in the order of the text; a file of thousands of mistakes has thousands of excerpts. */
const overlapping = (spans: readonly Span[], start: number, end: number): readonly Span[] => {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((spans[middle]?.end ?? 0) <= start) low = middle + 1;
    else high = middle;
  }
  // A character begins at most two scalars, and a scalar is two spans.
  return spans.slice(low, low + 4 * (end - start)).filter((span) => span.start < end);
};

/** `piece` starts at `offset` of the text the spans count in. Its length changes: a run of hidden characters is one `…`. */
const masked = (piece: string, offset: number, spans: readonly Span[]): string => {
  let result = "";
  for (let i = 0; i < piece.length; i += 1) {
    const character = piece.charAt(i);
    const span = spans.find(({ start, end }) => start <= offset + i && offset + i < end);
    if (span === undefined && character === "#") break;
    if (span === undefined ? /[\s[\]{},:"'-]/.test(character) : span.shown)
      result += /[\p{C}\s]/u.test(character) ? " " : character;
    else if (!result.endsWith("…")) result += "…";
  }
  return result;
};
