import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  visit,
  type Document,
  type ErrorCode,
  type ParsedNode,
  type YAMLError,
} from "yaml";

/** What is wrong with a YAML text itself, before any schema is asked. */
export interface SyntaxFault {
  readonly offset: number;
  readonly what: string;
  readonly fix?: string;
}

type Words = readonly [what: string, fix?: string];

const INDENT: Words = [
  "the indentation does not fit",
  "line the keys of a mapping up under each other with blanks, and close every bracket",
];
const UNEXPECTED: Words = ["this does not belong here", "look for a missing quote, colon or bracket just before"];
const PROPERTIES: Words = ["anchors and tags cannot stand like this"];

// Our own words, because the parser's quote the text, and the text may be a password.
const WORDS: Readonly<Record<ErrorCode, Words>> = {
  ALIAS_PROPS: PROPERTIES,
  BAD_ALIAS: ["an anchor or alias without a proper name"],
  BAD_COLLECTION_TYPE: ["tags (!…) are not understood", "remove the tag"],
  BAD_DIRECTIVE: ["%-directives are not understood", "remove the line"],
  BAD_DQ_ESCAPE: ["an unknown \\ escape between double quotes", "write \\\\ for a backslash, or use single quotes"],
  BAD_INDENT: INDENT,
  BAD_PROP_ORDER: PROPERTIES,
  BAD_SCALAR_START: ["a value cannot begin with this character", "put the value in quotes"],
  BLOCK_AS_IMPLICIT_KEY: ['a second "key: value" in one line', "start a new line, or put the value in quotes"],
  BLOCK_IN_FLOW: ["an indented block inside [ ] or { }", "close the bracket first"],
  DUPLICATE_KEY: ["this key stands twice in its mapping", "keep one of them"],
  IMPOSSIBLE: UNEXPECTED,
  KEY_OVER_1024_CHARS: ["a key of more than 1024 characters", "look for a missing line break or quote"],
  MISSING_CHAR: ["a colon, comma, blank or closing quote or bracket is missing"],
  MULTILINE_IMPLICIT_KEY: ["a key that runs over several lines", "look for a missing colon or quote"],
  MULTIPLE_ANCHORS: PROPERTIES,
  MULTIPLE_DOCS: ["a second document starts here", 'remove the "---": one file is one document'],
  MULTIPLE_TAGS: PROPERTIES,
  NON_STRING_KEY: ["a list or mapping cannot be a key", "look for a missing quote"],
  RESOURCE_EXHAUSTION: ["too deeply nested"],
  TAB_AS_INDENT: ["a tab at the start of the line", "indent with blanks"],
  TAG_RESOLVE_FAILED: ["tags (!…) are not understood", "remove the tag, or put the value in quotes"],
  UNEXPECTED_TOKEN: UNEXPECTED,
};

type ParsedDocument = Document.Parsed<ParsedNode, boolean>;

/** Everything wrong with the text itself; positions are character offsets. */
export const faultsOf = (doc: ParsedDocument, lineOf: (offset: number) => number): readonly SyntaxFault[] => {
  const faults = [...doc.errors, ...doc.warnings].map((error) => parserFault(doc, error));
  // A second one in the same line is the parser stumbling over the first.
  const lines = new Map(faults.toReversed().map((it) => [lineOf(it.offset), it]));
  return [...lines.values(), ...keyFaults(doc), ...aliasFaults(doc)];
};

const fault = (offset: number, what: string, fix?: string): SyntaxFault =>
  fix === undefined ? { offset, what } : { offset, what, fix };

const parserFault = (doc: ParsedDocument, error: YAMLError): SyntaxFault => {
  const offset = Math.max(0, error.pos[0]);
  // Reported where the text ends, which may be far from where the quote was opened.
  if (error.message.startsWith("Missing closing")) return fault(openedAt(doc, offset), "this quote is never closed");
  return fault(offset, ...WORDS[error.code]);
};

const openedAt = (doc: ParsedDocument, offset: number): number => {
  let opened = offset;
  visit(doc, {
    Scalar(_, { range }) {
      if (range && range[0] < offset && offset <= range[1]) opened = range[0];
    },
  });
  return opened;
};

// Found here and not by the parser, whose way takes quadratic time.
const keyFaults = (doc: ParsedDocument): readonly SyntaxFault[] => {
  const faults: SyntaxFault[] = [];
  visit(doc, {
    Map(_, map) {
      const seen = new Set<string>();
      for (const { key, value } of map.items) {
        if (!isScalar(key)) continue;
        const name = String(key.value);
        const offset = key.range?.[0] ?? 0;
        // Not named: `{ user: a, hunter2 }` may be a value gone astray.
        if (value === null) faults.push(fault(offset, "a key without a colon and a value"));
        if (seen.has(name) && name !== "<<") faults.push(fault(offset, ...WORDS.DUPLICATE_KEY));
        // zod drops this one without a word, as a guard of its own.
        if (name === "__proto__") faults.push(fault(offset, 'a key cannot be "__proto__"', "choose another name"));
        seen.add(name);
      }
    },
  });
  return faults;
};

const aliasFaults = (doc: ParsedDocument): readonly SyntaxFault[] => {
  const faults: SyntaxFault[] = [];
  const anchored = new Map<string, readonly [start: number, end: number, ...unknown[]]>();
  visit(doc, {
    Node(_, node) {
      const start = node.range?.[0] ?? 0;
      if (isAlias(node)) {
        const target = anchored.get(node.source);
        if (target === undefined) faults.push(fault(start, "an alias (*…) without an anchor (&…) before it"));
        else if (start < target[1]) faults.push(fault(start, "an alias (*…) inside its own anchor (&…)"));
      } else if (node.anchor !== undefined && node.range) anchored.set(node.anchor, node.range);
    },
    Pair(_, { key, value }) {
      if (!isScalar(key) || key.value !== "<<") return;
      if (!canBeMerged(doc, value))
        faults.push(fault(key.range?.[0] ?? 0, '"<<" takes a mapping, or a list of them', "<<: *name"));
    },
  });
  return faults;
};

// YAML's merge key: a mapping, or a list of mappings, each of them perhaps an alias (https://yaml.org/type/merge.html).
const canBeMerged = (doc: ParsedDocument, value: unknown): boolean => {
  const merged = meant(doc, value);
  return isMap(merged) || (isSeq(merged) && merged.items.every((item) => isMap(meant(doc, item))));
};

const meant = (doc: ParsedDocument, node: unknown): unknown => (isAlias(node) ? node.resolve(doc) : node);
