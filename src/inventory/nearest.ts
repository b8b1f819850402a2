/** The candidate a person most likely meant by `word`; undefined when none is close enough to suggest. */
export const nearest = (word: string, candidates: Iterable<string>): string | undefined => {
  // Longer words than any key are not slips of the finger, and would cost time.
  if (word.length > 64) return undefined;
  const plain = fold(word);
  let best: { readonly candidate: string; readonly distance: number } | undefined;
  for (const candidate of candidates) {
    const distance = editDistance(plain, fold(candidate));
    if (distance <= Math.max(1, Math.floor(plain.length / 3)) && (best === undefined || distance < best.distance))
      best = { candidate, distance };
  }
  // Of two or three letters, one wrong leaves too little to recognise.
  return best !== undefined && best.distance < plain.length - 1 ? best.candidate : undefined;
};

// `loadBalancers`, `load-balancers` and `load_balancers` are one word to a person.
const fold = (word: string): string => word.toLowerCase().replaceAll(/[-_ ]/g, "");

/** Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment). */
const editDistance = (a: string, b: string): number => {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const substituted = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped =
        i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? (beforeLast[j - 2] ?? 0) + 1 : Infinity;
      row.push(Math.min(substituted, (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, swapped));
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
};
