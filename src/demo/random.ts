/** Numbers that look like chance and are the same for the same seed, so that a demo run can be told again. */
export interface Random {
  /** 0 ≤ x < 1. */
  readonly next: () => number;
  /** Whole number, both ends included. */
  readonly between: (low: number, high: number) => number;
  /** How often something with this mean happened: Poisson, by its normal approximation above 30. */
  readonly count: (mean: number) => number;
  /** Lower-case hex digits. */
  readonly hex: (digits: number) => string;
}

/** mulberry32: 32 bits of state are plenty for traffic that only has to look alive. */
export const createRandom = (seed: number): Random => {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  const between = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1));
  const count = (mean: number): number => {
    if (mean <= 0) return 0;
    if (mean > 30) {
      const normal = Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
      return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal));
    }
    const limit = Math.exp(-mean);
    let happened = -1;
    for (let product = 1; product > limit; product *= next()) happened += 1;
    return happened;
  };
  const hex = (digits: number): string => {
    let text = "";
    while (text.length < digits) text += between(0, 15).toString(16);
    return text;
  };
  return { next, between, count, hex };
};

/** A version-4-shaped UUID, from the same chance. */
export const uuid = (random: Random): string => [8, 4, 4, 4, 12].map((digits) => random.hex(digits)).join("-");
