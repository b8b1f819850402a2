import type { PageTrouble } from "../sites.ts";
import type { RedisFacts } from "./facts.ts";

/** Pages may still come, but nobody stays logged in. */
export const pageTroubles = ({ instances }: RedisFacts): readonly PageTrouble[] =>
  instances
    .filter(
      ({ purpose, copyOf, info }) =>
        purpose === "sessions" && copyOf === undefined && info.state === "unknown" && info.reason === "refused",
    )
    .map(() => ({ words: "no sessions, nobody can log in", severity: "critical" }));
