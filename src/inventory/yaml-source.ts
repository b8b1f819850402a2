import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type Document,
  type Pair,
  type ParsedNode,
  type YAMLMap,
} from "yaml";
import type { z } from "zod";
import { excerptAt, scalarSpans } from "./excerpt.ts";
import { EXIT, failure, problem, success, type Problem, type Result } from "./problem.ts";
import { complaintsOf } from "./schema-complaints.ts";
import { shapeOf, type Path } from "./shape.ts";
import { faultsOf } from "./yaml-syntax.ts";

/** A checked value that still knows where each of its parts stood in the file. */
export interface Checked<T> {
  readonly value: T;
  /** A problem at the key or the value of `path`, or at the nearest thing above it that is in the file. */
  readonly problemAt: (path: Path, at: "key" | "value", what: string, fix?: string) => Problem;
}

/** More of them help nobody; the first ones are mostly the cause of the others. */
const MAX_PROBLEMS = 20;

/** To be put into words. A list of a hundred thousand wrong entries is wrong enough after these. */
const MAX_ISSUES = 1_000;

/** In characters. The largest real inventory is a few hundred lines. */
const MAX_TEXT = 262_144;

/**
 * YAML text that people wrote → a value the schema has checked. Never throws. Every problem found is reported at once,
 * in the order of the file, with line and column. A schema's own message says what was expected (`a duration such as
 * "2s"`); where the schema marks a secret (`writeOnly` in its metadata), nothing of the text is repeated.
 */
export const checkYaml = <T>(file: string, text: string, schema: z.ZodType<T>): Result<Checked<T>> => {
  const source = openSource(file, text, schema);
  if (!source.ok) return source;
  const { data, placed, offsetOf } = source.value;
  const checked = schema.safeParse(data);
  if (!checked.success) {
    const complaints = complaintsOf(checked.error.issues.slice(0, MAX_ISSUES), shapeOf(schema), data);
    return failure(...inOrder(complaints.map((it) => placed(offsetOf(it.path, it.at), it.what, it.fix))));
  }
  return success({
    value: checked.data,
    problemAt: (path, at, what, fix) => placed(offsetOf(path, at), what, fix),
  });
};

/** By line, without repetitions, cut at {@link MAX_PROBLEMS} with a last one that says how many more there are. */
export const inOrder = (problems: readonly Problem[]): readonly Problem[] => {
  const unique = new Map(problems.map((one) => [`${positionOf(one).join(":")} ${one.what}`, one]));
  const sorted = [...unique.values()].toSorted((a, b) => {
    const [lineA, columnA] = positionOf(a);
    const [lineB, columnB] = positionOf(b);
    return lineA - lineB || columnA - columnB;
  });
  const more = sorted.length - MAX_PROBLEMS;
  if (more <= 0) return sorted;
  return [
    ...sorted.slice(0, MAX_PROBLEMS),
    problem({ what: `and ${more} more ${more === 1 ? "problem" : "problems"}`, exitCode: EXIT.config }),
  ];
};

const positionOf = ({ where }: Problem): readonly [line: number, column: number] =>
  where !== undefined && "file" in where ? [where.line, where.column] : [0, 0];

interface Source {
  readonly data: unknown;
  readonly placed: (offset: number, what: string, fix?: string) => Problem;
  readonly offsetOf: Locate;
}

const openSource = (file: string, text: string, schema: z.ZodType): Result<Source> => {
  const start = { file, line: 1, column: 1 };
  const refused = (what: string): Result<never> => failure(problem({ what, where: start, exitCode: EXIT.config }));
  if (text.length > MAX_TEXT) return refused(`the file is larger than ${MAX_TEXT / 1_024} KiB`);
  try {
    const lines = new LineCounter();
    const doc = parseDocument(text, {
      lineCounter: lines,
      // Its pretty errors quote the source, which may be a password.
      prettyErrors: false,
      stringKeys: true,
      uniqueKeys: false,
      merge: true,
      resolveKnownTags: false,
    });
    const spans = scalarSpans(doc.contents, shapeOf(schema), text, doc.errors.length > 0);
    const placed = (offset: number, what: string, fix?: string): Problem => {
      const { line, col } = lines.linePos(offset);
      const excerpt = excerptAt(text, lines, spans, offset);
      const where = { file, line: Math.max(1, line), column: Math.max(1, col), ...(excerpt && { excerpt }) };
      return problem({ what, where, fix, exitCode: EXIT.config });
    };
    const faults = faultsOf(doc, (offset) => lines.linePos(offset).line);
    if (faults.length > 0) return failure(...inOrder(faults.map(({ offset, what, fix }) => placed(offset, what, fix))));
    const data: unknown = doc.toJS();
    if (data === null || data === undefined) return refused("the file is empty");
    return success({ data, placed, offsetOf: locator(doc) });
  } catch (error) {
    // The parser recurses, and refuses texts whose aliases would grow without end.
    if (error instanceof RangeError || error instanceof ReferenceError)
      return refused("too deeply nested, or too many aliases (*…)");
    // Not the parser's own words: they may quote the text, which may be a password.
    return refused("this is not YAML that can be read");
  }
};

type Locate = (path: Path, at: "key" | "value") => number;

const locator = (doc: Document.Parsed<ParsedNode, boolean>): Locate => {
  const pairs = new WeakMap<YAMLMap, ReadonlyMap<string, Pair>>();
  const pairAt = (map: YAMLMap, key: string): Pair | undefined => {
    const known =
      pairs.get(map) ?? new Map(map.items.map((item) => [isScalar(item.key) ? String(item.key.value) : "", item]));
    pairs.set(map, known);
    return known.get(key);
  };
  return (path, at) => {
    let node: unknown = doc.contents;
    let offset = doc.contents?.range[0] ?? 0;
    for (const [depth, step] of path.entries()) {
      const here: unknown = isAlias(node) ? node.resolve(doc) : node;
      let key: unknown;
      if (isMap(here)) {
        const pair = pairAt(here, String(step));
        if (pair === undefined) return offset;
        key = pair.key;
        node = pair.value;
      } else if (isSeq(here) && typeof step === "number") {
        key = here.items[step];
        node = key;
      } else return offset;
      const wanted = depth === path.length - 1 && at === "value" ? node : key;
      offset = startOf(wanted) ?? startOf(key) ?? offset;
    }
    return offset;
  };
};

const startOf = (node: unknown): number | undefined =>
  isScalar(node) || isAlias(node) || isMap(node) || isSeq(node) ? node.range?.[0] : undefined;
