/** The part of the POSIX shell language that people and midwatch type: what {@link parse} makes and run.ts executes. */
export type List = readonly AndOr[];

export interface AndOr {
  readonly first: Pipeline;
  readonly rest: readonly { readonly when: "&&" | "||"; readonly pipeline: Pipeline }[];
}

export type Pipeline = readonly Command[];

export type Command =
  | {
      readonly kind: "simple";
      readonly assigns: readonly { readonly name: string; readonly value: Word }[];
      readonly words: readonly Word[];
      readonly redirects: readonly Redirect[];
    }
  | { readonly kind: "group"; readonly body: List }
  | { readonly kind: "function"; readonly name: string; readonly body: List };

export type Redirect =
  | { readonly kind: "duplicate"; readonly fd: number; readonly from: number }
  | { readonly kind: "close"; readonly fd: number }
  | { readonly kind: "file"; readonly fd: number; readonly write: boolean; readonly path: Word };

export type Word = readonly Part[];

/** Quoted parts are not split at blanks. */
export type Part =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "parameter"; readonly name: string; readonly quoted: boolean }
  | { readonly kind: "command"; readonly source: string; readonly quoted: boolean };

export type Token =
  | { readonly kind: "word"; readonly word: Word }
  | { readonly kind: "operator"; readonly text: string }
  | { readonly kind: "redirect"; readonly fd: number; readonly operator: "<" | ">" | ">>" | "<&" | ">&" };

/** `more` says that the text stops in the middle and that another line may complete it. */
export class SyntaxProblem extends Error {
  readonly more: boolean;
  constructor(message: string, more = false) {
    super(message);
    this.more = more;
  }
}
