import type { Scene } from "../scene.ts";

/** Why not now, while a procedure is under way. */
export const whileRunning =
  (because: string) =>
  ({ act: { run } }: Scene): string | undefined =>
    run === undefined || run.phase === "ended" ? undefined : `a procedure is under way: ${because}`;
