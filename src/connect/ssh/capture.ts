/** Bytes kept per stream of one command; what comes after is counted and dropped. */
export const KEEP_BYTES = 1024 * 1024;

/** The first bytes of a stream. Immutable, so that a parser that holds one stays a pure function. */
export interface Capture {
  readonly chunks: readonly Buffer[];
  readonly keptBytes: number;
  readonly droppedBytes: number;
}

export const EMPTY: Capture = { chunks: [], keptBytes: 0, droppedBytes: 0 };

export const append = (capture: Capture, chunk: Buffer): Capture => {
  if (chunk.length === 0) return capture;
  const room = KEEP_BYTES - capture.keptBytes;
  const kept = chunk.length <= room ? chunk : chunk.subarray(0, room);
  return {
    chunks: kept.length === 0 ? capture.chunks : joined(capture.chunks, kept),
    keptBytes: capture.keptBytes + kept.length,
    droppedBytes: capture.droppedBytes + chunk.length - kept.length,
  };
};

/**
 * Each chunk stays at least twice as long as the next one, so that there are never more than a few dozen, and a byte is
 * copied a few dozen times at most: a host may send its megabyte in pieces of one byte.
 */
const joined = (chunks: readonly Buffer[], last: Buffer): readonly Buffer[] => {
  const tail: Buffer[] = [last];
  let tailBytes = last.length;
  for (const chunk of chunks.toReversed()) {
    if (chunk.length >= 2 * tailBytes) break;
    tail.unshift(chunk);
    tailBytes += chunk.length;
  }
  return [...chunks.slice(0, chunks.length - tail.length + 1), tail.length === 1 ? last : Buffer.concat(tail)];
};

/** Bytes that are not UTF-8 become U+FFFD. */
export const textOf = (capture: Capture): string => Buffer.concat(capture.chunks).toString("utf8");
