/**
 * The one error type of the program: what is wrong in the operator's words, where, and the way out. A value, not an
 * exception; the text holds no secret and no control character, so that it may be printed anywhere.
 */
export interface Problem {
  readonly [brand]: true;
  readonly what: string;
  readonly where?: Place;
  /** One line: what to do about it. */
  readonly fix?: string;
  readonly exitCode: ExitCode;
}

const brand: unique symbol = Symbol("midwatch problem");

/** A position in something a person wrote, or a host and what was asked of it. */
type Place = FilePlace | RemotePlace;

interface FilePlace {
  readonly file: string;
  /** Both count from 1. */
  readonly line: number;
  readonly column: number;
  readonly excerpt?: Excerpt;
}

interface RemotePlace {
  readonly host: string;
  /** As one would type it, without credentials. */
  readonly command: string;
}

/** The line in question with everything that may be a secret already taken out. */
export interface Excerpt {
  readonly text: string;
  /** How many characters stand before the caret. */
  readonly caretAt: number;
}

export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * How midwatch ends when it could not do its work, after sysexits(3). They lie above 63 because `status` and `doctor`
 * end with 0 to 3 to say how the cluster is.
 */
export const EXIT = {
  /** Unknown option, unknown cluster name. */
  usage: 64,
  /** A defect in midwatch itself. */
  internal: 70,
  /** Not allowed here: the viewer's role, or a cluster that somebody else is changing. */
  refused: 77,
  /** No inventory, or an inventory or keymap that cannot be used. */
  config: 78,
} as const;

type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export interface ProblemParts {
  readonly what: string;
  readonly where?: Place | undefined;
  readonly fix?: string | undefined;
  readonly exitCode: ExitCode;
}

export const problem = ({ what, where, fix, exitCode }: ProblemParts): Problem => ({
  [brand]: true,
  what: printable(what),
  ...(where === undefined ? {} : { where }),
  ...(fix === undefined ? {} : { fix: printable(fix) }),
  exitCode,
});

export const isProblem = (value: unknown): value is Problem =>
  typeof value === "object" && value !== null && brand in value;

export const success = <T>(value: T): Result<T> => ({ ok: true, value });

export const failure = (...problems: readonly Problem[]): Result<never> => ({ ok: false, problems });

/** One line of text without anything that moves a cursor or reorders what is read. */
export const printable = (text: string): string => text.replaceAll(/\s+/g, " ").replaceAll(/[\p{C}]/gu, "\ufffd");

/**
 * For stderr, without colour:
 *
 *     inventory.yaml:12:7: unknown key "flavor"; did you mean "flavour"?
 *        12 |       flavor: mariadb
 *           |       ^
 *       fix: …
 */
export const formatProblem = (problem: Problem): string =>
  [
    `${placeName(problem.where)}${problem.what}`,
    ...placeLines(problem.where),
    ...(problem.fix === undefined ? [] : [`  fix: ${problem.fix}`]),
  ].join("\n");

/** All of them, a blank line between those that have more than one line. */
export const formatProblems = (problems: readonly Problem[]): string =>
  problems.map((one) => formatProblem(one)).join(problems.some(hasDetail) ? "\n\n" : "\n");

const hasDetail = (one: Problem): boolean => one.where !== undefined || one.fix !== undefined;

const placeName = (place: Place | undefined): string => {
  if (place === undefined) return "";
  return "file" in place ? `${printable(place.file)}:${place.line}:${place.column}: ` : `${printable(place.host)}: `;
};

const placeLines = (place: Place | undefined): readonly string[] => {
  if (place === undefined) return [];
  if (!("file" in place)) return [`  sent: ${printable(place.command)}`];
  if (place.excerpt === undefined) return [];
  const number = String(place.line).padStart(5);
  return [`${number} | ${place.excerpt.text}`, `${" ".repeat(number.length)} | ${" ".repeat(place.excerpt.caretAt)}^`];
};
