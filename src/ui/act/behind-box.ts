import type { Asking } from "../prompts.ts";

/** A box to wait behind, which can be left; what comes then is of no interest any more: undefined. */
export const behindBox = async <T>(
  ask: Asking["ask"],
  title: string,
  text: string,
  work: (left: AbortSignal) => Promise<T>,
): Promise<T | undefined> => {
  const seen = new AbortController();
  const left = new AbortController();
  const box = ask(
    {
      kind: "choice",
      severity: "info",
      title,
      body: [text, "Nothing is sent by looking."],
      choices: [{ id: "cancel", label: "Cancel" }],
    },
    seen.signal,
  );
  const leaving = box.then((): undefined => {
    left.abort();
    return undefined;
  });
  try {
    return await Promise.race([work(left.signal), leaving]);
  } finally {
    seen.abort();
  }
};
