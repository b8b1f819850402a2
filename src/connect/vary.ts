/**
 * A word of a command, or a part of one, that is known only when it is sent. It stands in the parameters a catalogue
 * lists in place of the real ones, so that what is granted is made by the very function that makes what is sent.
 */
export const varying = (
  /** POSIX extended, and the same as a RegExp: for sudoers. As narrow as can be: no space, no leading dash. */
  pattern: string,
  /** One that fits, for documentation and tests. */
  example: string,
): string => `${BEGIN}${pattern}${MIDDLE}${example}${END}`;

// Private use: no name of a host, a package or a file has these.
const BEGIN = "\u{e000}";
const MIDDLE = "\u{e001}";
const END = "\u{e002}";

export type Piece =
  | { readonly kind: "fixed"; readonly text: string }
  | { readonly kind: "varying"; readonly pattern: string; readonly example: string };

/** A text with what varies in it told apart. */
export const piecesOf = (text: string): readonly Piece[] =>
  text.split(BEGIN).flatMap((part, index): readonly Piece[] => {
    if (index === 0) return part === "" ? [] : [{ kind: "fixed", text: part }];
    const [varies = "", rest = ""] = part.split(END);
    const [pattern = "", example = ""] = varies.split(MIDDLE);
    const piece: Piece = { kind: "varying", pattern, example };
    return rest === "" ? [piece] : [piece, { kind: "fixed", text: rest }];
  });

export const doesVary = (text: string): boolean => text.includes(BEGIN);

/** The text as it might be sent. */
export const exampleOf = (text: string): string =>
  piecesOf(text)
    .map((piece) => (piece.kind === "fixed" ? piece.text : piece.example))
    .join("");
