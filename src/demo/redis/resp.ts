/** A value as a Redis server writes it. Maps and verbatim text are RESP3's; RESP2 has them as arrays and bulk strings. */
export type Resp =
  | { readonly kind: "simple"; readonly text: string }
  | { readonly kind: "error"; readonly text: string }
  | { readonly kind: "integer"; readonly value: number }
  | { readonly kind: "bulk"; readonly text: string | null }
  | { readonly kind: "verbatim"; readonly text: string }
  | { readonly kind: "array"; readonly items: readonly Resp[] }
  | { readonly kind: "map"; readonly entries: readonly (readonly [string, Resp])[] };

export const OK: Resp = { kind: "simple", text: "OK" };
export const bulk = (text: string | null): Resp => ({ kind: "bulk", text });
export const integer = (value: number): Resp => ({ kind: "integer", value });
export const error = (text: string): Resp => ({ kind: "error", text });
export const array = (items: readonly Resp[]): Resp => ({ kind: "array", items });

export const encode = (value: Resp, protocol: 2 | 3): string => {
  switch (value.kind) {
    case "simple":
      return `+${value.text}\r\n`;
    case "error":
      return `-${value.text}\r\n`;
    case "integer":
      return `:${value.value}\r\n`;
    case "bulk":
      if (value.text === null) return protocol === 3 ? "_\r\n" : "$-1\r\n";
      return `$${Buffer.byteLength(value.text)}\r\n${value.text}\r\n`;
    case "verbatim":
      if (protocol === 2) return encode(bulk(value.text), 2);
      return `=${Buffer.byteLength(value.text) + 4}\r\ntxt:${value.text}\r\n`;
    case "array":
      return `*${value.items.length}\r\n${value.items.map((item) => encode(item, protocol)).join("")}`;
    case "map": {
      const inside = value.entries.map(([key, item]) => encode(bulk(key), protocol) + encode(item, protocol)).join("");
      return protocol === 3 ? `%${value.entries.length}\r\n${inside}` : `*${value.entries.length * 2}\r\n${inside}`;
    }
  }
};

/** Takes whole requests off the front of what has come so far; `broken` says what a server would say before it hangs up. */
export const takeRequests = (
  bytes: Buffer,
): { readonly requests: readonly (readonly string[])[]; readonly rest: Buffer; readonly broken?: string } => {
  const requests: (readonly string[])[] = [];
  let rest = bytes;
  while (rest.length > 0) {
    const taken = takeRequest(rest);
    if (taken === undefined) break;
    if ("broken" in taken) return { requests, rest, broken: taken.broken };
    if (taken.words.length > 0) requests.push(taken.words);
    rest = rest.subarray(taken.length);
  }
  return { requests, rest };
};

type Taken = { readonly words: readonly string[]; readonly length: number } | { readonly broken: string };

const takeRequest = (bytes: Buffer): Taken | undefined => {
  const line = lineAt(bytes, 0);
  if (line === undefined) return undefined;
  // Typed by hand: words on a line.
  if (!line.text.startsWith("*"))
    return { words: line.text.split(" ").filter((word) => word !== ""), length: line.next };
  const count = Number(line.text.slice(1));
  if (!Number.isInteger(count) || count > 1_048_576) return { broken: "ERR Protocol error: invalid multibulk length" };
  const words: string[] = [];
  let at = line.next;
  for (let index = 0; index < count; index += 1) {
    const head = lineAt(bytes, at);
    if (head === undefined) return undefined;
    const length = Number(head.text.slice(1));
    if (!head.text.startsWith("$")) return { broken: `ERR Protocol error: expected '$', got '${head.text.charAt(0)}'` };
    if (!Number.isInteger(length) || length < 0) return { broken: "ERR Protocol error: invalid bulk length" };
    const end = head.next + length;
    if (bytes.length < end + 2) return undefined;
    words.push(bytes.toString("utf8", head.next, end));
    at = end + 2;
  }
  return { words, length: at };
};

const lineAt = (bytes: Buffer, start: number): { readonly text: string; readonly next: number } | undefined => {
  const end = bytes.indexOf("\n", start);
  if (end < 0) return undefined;
  return { text: bytes.toString("utf8", start, end).replace(/\r$/, ""), next: end + 1 };
};
