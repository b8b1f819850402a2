import type { Explanation } from "./finding.ts";

/** Findings about one host that would explain another, the likeliest first. */
export const onHost = (host: string, ...ids: readonly string[]): readonly Explanation[] =>
  ids.map((id) => ({ id, host }));

/** Findings that would explain another wherever they are. */
export const anywhere = (...ids: readonly string[]): readonly Explanation[] => ids.map((id) => ({ id }));
