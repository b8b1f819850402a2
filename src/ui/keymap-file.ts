import { z } from "zod";
import { nearest } from "../inventory/nearest.ts";
import { EXIT, failure, problem, success, type Problem, type Result } from "../inventory/problem.ts";
import { checkYaml, inOrder, type Checked } from "../inventory/yaml-source.ts";
import { BINDINGS } from "./bindings.ts";
import type { Binding } from "./desk.ts";
import { keysOf, startsWith, type Keymap } from "./keymap.ts";
import { checkKey, typedBy } from "./keys.ts";
import { TEXT_CONTEXTS } from "./scene.ts";

/** One keymap file as it was read. */
export interface KeymapText {
  /** For messages. */
  readonly file: string;
  readonly text: string;
}

const key = z.string().min(1, 'a key such as "q", "ctrl-r" or "g g"');

/** Action → key, or list of keys. `[]` leaves an action without a key. */
const fileSchema = z.record(z.string(), z.union([key, z.array(key)], "a key, or a list of keys"));

type KeymapFile = z.output<typeof fileSchema>;

/** One way to press one action, and where it stands written. */
interface Bound {
  readonly binding: Binding;
  readonly keys: readonly string[];
  readonly at: (what: string, fix?: string) => Problem;
}

/**
 * Lays keymap files over each other: an action's keys in a later file replace those of the earlier ones. An unknown
 * action, a key that no terminal sends, and keys that clash or can never be reached are problems, with line and column:
 * no action loses its key without a word.
 */
export const loadKeymap = (texts: readonly KeymapText[]): Result<Keymap> => {
  const problems: Problem[] = [];
  let bound: readonly Bound[] = [];
  for (const { file, text } of texts) {
    const checked = checkYaml(file, text, fileSchema);
    if (!checked.ok) return checked;
    const read = readLayer(checked.value);
    problems.push(...read.problems);
    bound = [...bound.filter(({ binding }) => !read.actions.has(binding.action)), ...read.bound];
  }
  problems.push(...clashes(bound), ...unreachable(bound));
  if (problems.length > 0) return failure(...inOrder(problems));
  const keys = new Map<string, readonly (readonly string[])[]>();
  for (const { binding, keys: sequence } of bound)
    keys.set(binding.action, [...(keys.get(binding.action) ?? []), sequence]);
  const withoutQuit = missingQuit({ keys }, texts.at(-1)?.file ?? "");
  return withoutQuit === undefined ? success({ keys }) : failure(withoutQuit);
};

const readLayer = ({
  value,
  problemAt,
}: Checked<KeymapFile>): {
  readonly bound: readonly Bound[];
  readonly actions: ReadonlySet<string>;
  readonly problems: readonly Problem[];
} => {
  const problems: Problem[] = [];
  const bound: Bound[] = [];
  for (const [action, written] of Object.entries(value)) {
    const binding = BINDINGS.find((each) => each.action === action);
    if (binding === undefined) {
      const meant = nearest(
        action,
        BINDINGS.map((each) => each.action),
      );
      const fix = meant === undefined ? "midwatch keys lists them all" : `did you mean "${meant}"?`;
      problems.push(problemAt([action], "key", `no action is called "${action}"`, fix));
      continue;
    }
    const list = typeof written === "string" ? [written] : written;
    for (const [i, one] of list.entries()) {
      const path = typeof written === "string" ? [action] : [action, i];
      const at = (what: string, fix?: string): Problem => problemAt(path, "value", what, fix);
      const read = readSequence(one);
      if (read.ok) bound.push({ binding, keys: read.keys, at });
      else problems.push(at(read.what, read.fix));
    }
  }
  return { bound, actions: new Set(Object.keys(value)), problems };
};

type Sequence =
  | { readonly ok: true; readonly keys: readonly string[] }
  | { readonly ok: false; readonly what: string; readonly fix?: string };

const readSequence = (written: string): Sequence => {
  const keys: string[] = [];
  for (const one of written.trim().split(/\s+/)) {
    const checked = checkKey(one);
    if (!checked.ok) return checked;
    keys.push(checked.key);
  }
  return { ok: true, keys };
};

const shareContext = (a: Binding, b: Binding): boolean => a.contexts.some((context) => b.contexts.includes(context));

/** One of the two would never get its turn. */
const collide = (a: Bound, b: Bound): boolean =>
  a.binding !== b.binding &&
  shareContext(a.binding, b.binding) &&
  (startsWith(a.keys, b.keys) || startsWith(b.keys, a.keys));

const clashes = (bound: readonly Bound[]): readonly Problem[] =>
  bound.flatMap((each, i) =>
    bound.slice(0, i).flatMap((earlier): readonly Problem[] => {
      const same = startsWith(each.keys, earlier.keys) && startsWith(earlier.keys, each.keys);
      const name = each.keys.join(" ");
      if (each.binding === earlier.binding)
        return same ? [each.at(`"${name}" stands twice for ${each.binding.action}`)] : shadows(each, earlier);
      if (!collide(each, earlier)) return [];
      if (!same) return shadows(each, earlier);
      const fix = `give ${each.binding.action} another key, or give ${earlier.binding.action} one here too`;
      return [each.at(`"${name}" is already ${earlier.binding.action}`, fix)];
    }),
  );

const shadows = (a: Bound, b: Bound): readonly Problem[] => {
  const [long, short] = a.keys.length > b.keys.length ? [a, b] : [b, a];
  if (long.keys.length === short.keys.length || !startsWith(long.keys, short.keys)) return [];
  return [
    long.at(
      `"${long.keys.join(" ")}" can never be reached: "${short.keys.join(" ")}" is ${short.binding.action}`,
      `free "${short.keys.join(" ")}", or begin with another key`,
    ),
  ];
};

const unreachable = (bound: readonly Bound[]): readonly Problem[] =>
  bound.flatMap(({ binding, keys, at }) => {
    const [first = ""] = keys;
    const typing = binding.contexts.filter((context) => TEXT_CONTEXTS.includes(context));
    if (typing.length === 0 || typedBy(first) === undefined) return [];
    return [
      at(
        `"${first}" is text while something is typed, where ${binding.action} must work too`,
        "use ctrl- and a letter, or a named key",
      ),
    ];
  });

// A console that cannot be left is a trap.
const missingQuit = (keymap: Keymap, file: string): Problem | undefined =>
  keysOf(keymap, "quit").length > 0 || keysOf(keymap, "quitNow").length > 0
    ? undefined
    : problem({
        what: "no key quits",
        where: { file, line: 1, column: 1 },
        fix: "give quit or quitNow a key",
        exitCode: EXIT.config,
      });
