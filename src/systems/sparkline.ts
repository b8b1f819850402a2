const LEVELS = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] as const;

/** Changes of less than this share of the highest value are noise: they must not look like mountains. */
const LEAST_SPAN = 0.2;

/**
 * One character a value, between the lowest and the highest of them; a gap is a gap. What hardly changes is a line in
 * the middle, what is 0 throughout a line at the bottom.
 */
export const sparkline = (values: readonly (number | undefined)[]): string => {
  const known = values.filter((value) => value !== undefined && Number.isFinite(value)) as readonly number[];
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const span = Math.max(high - low, LEAST_SPAN * Math.max(Math.abs(high), Math.abs(low)));
  const floor = low - (span - (high - low)) / 2;
  return values.map((value) => charOf(value, floor, span)).join("");
};

const charOf = (value: number | undefined, floor: number, span: number): string => {
  if (value === undefined || !Number.isFinite(value)) return " ";
  // A little less, so that what lies just between two levels does not flicker with the last bit.
  const level = span === 0 ? 0 : Math.round(((value - floor) / span) * (LEVELS.length - 1) - 1e-6);
  return LEVELS[Math.max(0, Math.min(LEVELS.length - 1, level))] ?? " ";
};
