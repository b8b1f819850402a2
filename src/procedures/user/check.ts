import { nearest } from "../../inventory/nearest.ts";
import { failure, success, type Problem, type Result } from "../../inventory/problem.ts";
import type { Path } from "../../inventory/shape.ts";
import { checkYaml, inOrder, type Checked } from "../../inventory/yaml-source.ts";
import { userProcedureSchema, type UserGate, type UserProcedure, type UserRun } from "./schema.ts";
import { GIVEN, placeholdersIn, valueFault } from "./words.ts";

/** YAML text → a procedure that makes sense by itself; every problem at once, with line and column. Never throws. */
export const parseUserProcedure = (file: string, text: string, taken: readonly string[]): Result<UserProcedure> => {
  const checked = checkYaml(file, text, userProcedureSchema);
  if (!checked.ok) return checked;
  const problems = [...about(checked.value, taken), ...parameters(checked.value), ...steps(checked.value)];
  return problems.length > 0 ? failure(...inOrder(problems)) : success(checked.value.value);
};

type File = Checked<UserProcedure>;

const about = ({ value, problemAt }: File, taken: readonly string[]): readonly Problem[] =>
  taken.includes(value.name)
    ? [problemAt(["name"], "value", `a procedure "${value.name}" is there already`, "give it another name")]
    : [];

const parameters = ({ value, problemAt }: File): readonly Problem[] =>
  Object.entries(value.parameters).flatMap(([name, { pattern, choices, default: fallback }]) => {
    const at = (key: string, what: string): Problem => problemAt(["parameters", name, key], "value", what);
    const expression = wholePattern(pattern);
    if (expression === undefined) return [at("pattern", "this is not a regular expression")];
    if (GIVEN.some((given) => given === name))
      return [problemAt(["parameters", name], "key", `"${name}" has a value of its own`, "give it another name")];
    const values = [...(choices ?? []), ...(fallback === undefined ? [] : [fallback])];
    return values.flatMap((each) => {
      const fault = expression.test(each) ? valueFault(each) : `does not match ${pattern}`;
      const key = each === fallback ? "default" : "choices";
      return fault === undefined ? [] : [at(key, `"${each}" ${fault}`)];
    });
  });

/** Of the whole value; undefined when it cannot be read. */
export const wholePattern = (pattern: string): RegExp | undefined => {
  try {
    return new RegExp(`^(?:${pattern})$`, "u");
  } catch {
    return undefined;
  }
};

const steps = (file: File): readonly Problem[] => {
  const { value, problemAt } = file;
  const names = [...Object.keys(value.parameters), ...GIVEN];
  return value.steps.flatMap((step, index) => {
    const path: Path = ["steps", index];
    const twice = value.steps.findIndex(({ id }) => id === step.id) < index;
    return [
      ...(twice ? [problemAt([...path, "id"], "value", `another step is called "${step.id}" already`)] : []),
      ...step.before.flatMap((gate, at) => gateProblems(gate, [...path, "before", at], file)),
      ...step.run.flatMap((run, at) => runProblems(run, [...path, "run", at], file)),
      ...step.after.flatMap((gate, at) => gateProblems(gate, [...path, "after", at], file)),
      ...textsOf(step, path).flatMap(({ text, at }) =>
        placeholdersIn(text)
          .filter((name) => !names.includes(name))
          .map((name) => problemAt(at, "value", `{${name}} is no parameter of it`, meant(name, names))),
      ),
    ];
  });
};

const meant = (name: string, names: readonly string[]): string => {
  const near = nearest(name, names);
  return near === undefined ? `there are ${names.join(", ")}` : `did you mean {${near}}?`;
};

/** Every text of a step with its place. */
const textsOf = (value: unknown, at: Path): readonly { readonly text: string; readonly at: Path }[] => {
  if (typeof value === "string") return [{ text: value, at }];
  if (Array.isArray(value)) return value.flatMap((each: unknown, index) => textsOf(each, [...at, index]));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, each]: [string, unknown]) => textsOf(each, [...at, key]));
};

const SHELLS = /(^|\/)(ba|da|z|k|c|fi)?sh$/;

const programProblems = (argv: readonly string[] | undefined, root: boolean, path: Path, { problemAt }: File) => {
  const [program = "", ...words] = argv ?? [];
  if (argv === undefined) return [];
  if (words.some((word) => /^-\w*c$/.test(word)) && [program, ...words].some((word) => SHELLS.test(word)))
    return [problemAt(path, "value", "a shell string", "name the program itself and its arguments, one word each")];
  if (root && !/^(\/|\{(docroot|sync-)[^}]*\})/.test(program))
    return [problemAt([...path, 0], "value", `"${program}": root's programs are named by their absolute path`)];
  return [];
};

const ONLY_FOR: Readonly<Record<string, readonly (keyof UserGate)[]>> = {
  "command-succeeds": ["command", "as", "wanted"],
  "page-answers": ["url", "host_header", "expect", "wanted"],
};
const EXTRA: readonly (keyof UserGate)[] = ["command", "as", "url", "host_header", "expect", "wanted"];

const gateProblems = (gate: UserGate, path: Path, file: File): readonly Problem[] => {
  const { problemAt } = file;
  const may = ONLY_FOR[gate.gate] ?? [];
  const strange = EXTRA.filter((key) => gate[key] !== undefined && !may.includes(key));
  const needed = { "command-succeeds": "command", "page-answers": "url" } as const;
  const lacking = gate.gate === "command-succeeds" || gate.gate === "page-answers" ? needed[gate.gate] : undefined;
  return [
    ...strange.map((key) => problemAt([...path, key], "key", `${gate.gate} takes no ${key}`)),
    ...(lacking !== undefined && gate[lacking] === undefined
      ? [problemAt([...path, "gate"], "value", `${gate.gate} needs a ${lacking}`)]
      : []),
    ...(may.length > 0 && gate.on === undefined
      ? [problemAt([...path, "gate"], "value", `${gate.gate} needs an on`)]
      : []),
    ...onProblems(gate.on, [...path, "on"], file),
    ...programProblems(gate.command, gate.as === "root", [...path, "command"], file),
  ];
};

const runProblems = (run: UserRun, path: Path, file: File): readonly Problem[] => {
  const { problemAt } = file;
  const { command, sql, as, long } = run;
  const of = (key: string, what: string, fix?: string): Problem => problemAt([...path, key], "key", what, fix);
  if ((command === undefined) === (sql === undefined))
    return [problemAt(path, "value", "expected either a command or sql")];
  const strange = (
    command === undefined ? (["undo", "unless"] as const) : (["undo_sql", "unless_sql"] as const)
  ).filter((key) => run[key] !== undefined);
  return [
    ...strange.map((key) => of(key, `${key} does not go with ${command === undefined ? "sql" : "a command"}`)),
    ...(long && (command === undefined || as !== "root")
      ? [of("long", "only a command as root can be long", "as: root")]
      : []),
    ...onProblems(run.on, [...path, "on"], file),
    ...(["command", "undo", "unless"] as const).flatMap((key) =>
      programProblems(run[key], as === "root", [...path, key], file),
    ),
  ];
};

/** Names of hosts are looked up when it is run: the file does not know the cluster. */
const onProblems = (on: string | undefined, path: Path, { value, problemAt }: File): readonly Problem[] =>
  on === "subject" && value.on === "cluster"
    ? [problemAt(path, "value", "it is of the whole cluster and has no subject", "name a host, or say on: host above")]
    : [];
