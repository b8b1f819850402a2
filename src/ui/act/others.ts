import type { Hand, Others } from "./hand.ts";

/** Between two looks. A lock lasts thirty seconds. */
const EVERY_MS = 5_000;

export interface OthersWatch {
  /** Looks now. Never rejects. */
  readonly look: () => Promise<Others | undefined>;
  readonly close: () => void;
}

/** Looks from time to time who else is at the cluster; one look under way at a time. */
export const watchOthers = (
  { others }: Pick<Hand, "others">,
  found: (others: Others | undefined) => void,
): OthersWatch => {
  let underWay: Promise<Others | undefined> | undefined;
  let isClosed = false;
  const ask = async (): Promise<Others | undefined> => {
    const said = await others().catch(() => undefined);
    underWay = undefined;
    if (!isClosed) found(said);
    return said;
  };
  const look = (): Promise<Others | undefined> => (underWay ??= ask());
  const timer = setInterval(() => void look(), EVERY_MS);
  timer.unref();
  return {
    look,
    close: () => {
      isClosed = true;
      clearInterval(timer);
    },
  };
};
