import { ANSWERS } from "./bindings/answer.ts";
import { BEGINNING } from "./bindings/begin.ts";
import { LOOKS } from "./bindings/look.ts";
import { MIDWATCH } from "./bindings/midwatch.ts";
import { MOVES } from "./bindings/move.ts";
import { WALKING } from "./bindings/walk.ts";
import { WATCHING } from "./bindings/watch.ts";
import type { Binding } from "./desk.ts";

/** Everything keys can do, in the order of the help and the docs. */
export const BINDINGS: readonly Binding[] = [
  ...WALKING,
  ...LOOKS,
  ...BEGINNING,
  ...MOVES,
  ...WATCHING,
  ...MIDWATCH,
  ...ANSWERS,
];
