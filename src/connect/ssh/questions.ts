/**
 * Puts questions to a person one at a time, and the same question only once: four hosts behind one key, or a
 * connection that is tried again while its question still stands, wait for the same answer.
 */
export interface Questions {
  /** `key` names what is asked about. The answer is not kept once it is given: that is the asker's business. */
  readonly put: <T>(key: string, question: () => Promise<T>) => Promise<T>;
}

export const openQuestions = (): Questions => {
  const open = new Map<string, Promise<unknown>>();
  let last: Promise<unknown> = Promise.resolve();
  const put = async <T>(key: string, question: () => Promise<T>): Promise<T> => {
    const standing = open.get(key);
    // The key stands for the type of its answer: each asker prefixes its own.
    if (standing !== undefined) return standing as Promise<T>;
    const answer = last.then(question).finally(() => open.delete(key));
    open.set(key, answer);
    last = answer.catch(() => undefined);
    return answer;
  };
  return { put };
};
