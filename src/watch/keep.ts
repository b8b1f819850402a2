/**
 * Structural sharing: `next`, but with every part that equals its counterpart in `previous` replaced by that
 * counterpart, so that an unchanged pane is the same object and the screen can skip it. Plain data only.
 */
export const keep = <T>(previous: T | undefined, next: T): T => keepValue(previous, next) as T;

const keepValue = (previous: unknown, next: unknown): unknown => {
  if (Object.is(previous, next)) return previous;
  if (Array.isArray(previous) && Array.isArray(next)) return keepArray(previous, next);
  if (isPlain(previous) && isPlain(next)) return keepObject(previous, next);
  return next;
};

const keepArray = (previous: readonly unknown[], next: readonly unknown[]): readonly unknown[] => {
  const kept = next.map((item, i) => (i < previous.length ? keepValue(previous[i], item) : item));
  const same = previous.length === next.length && kept.every((item, i) => Object.is(item, previous[i]));
  return same ? previous : kept;
};

const keepObject = (previous: Plain, next: Plain): Plain => {
  const keys = Object.keys(next);
  let same = keys.length === Object.keys(previous).length;
  // Entries, because assigning to a key such as __proto__ would not make a property.
  const kept = keys.map((key): [string, unknown] => {
    if (!Object.hasOwn(previous, key)) {
      same = false;
      return [key, next[key]];
    }
    const value = keepValue(previous[key], next[key]);
    same &&= Object.is(value, previous[key]);
    return [key, value];
  });
  return same ? previous : Object.fromEntries(kept);
};

type Plain = Readonly<Record<string, unknown>>;

const isPlain = (value: unknown): value is Plain =>
  typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
