/** One way to write numbers, everywhere: `1,284`, `31%`, `4m`, `2 ms`, `1.4G`. */

const GROUPED = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

export const count = (n: number): string => GROUPED.format(n);

/** A share of 0 to 1 as whole percent; never rounds up to 100 or down to 0 what is not quite there. */
export const percent = (share: number): string => {
  const whole = Math.round(share * 100);
  if (whole === 100 && share < 1) return "99%";
  if (whole === 0 && share > 0) return "<1%";
  return `${whole}%`;
};

/** A per-second rate: `0`, `0.4`, `12`, `1,284`. */
export const rate = (perSecond: number): string =>
  perSecond === 0
    ? "0"
    : perSecond < 0.05
      ? "<0.1"
      : perSecond < 10
        ? perSecond.toFixed(1).replace(/\.0$/, "")
        : count(perSecond);

const STEPS: readonly (readonly [number, string, number, string])[] = [
  [86_400, "d", 3_600, "h"],
  [3_600, "h", 60, "m"],
  [60, "m", 1, "s"],
];

/** Milliseconds as at most two units: `0s`, `48s`, `1m48s`, `3h`, `12d4h`. Seconds vanish above ten minutes. */
export const duration = (ms: number): string => {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  for (const [size, unit, minorSize, minorUnit] of STEPS) {
    if (seconds < size) continue;
    const major = Math.floor(seconds / size);
    const minor = Math.floor((seconds % size) / minorSize);
    const showMinor = minor > 0 && major < (unit === "m" ? 10 : 100);
    return showMinor ? `${major}${unit}${minor}${minorUnit}` : `${major}${unit}`;
  }
  return `${seconds}s`;
};

/** A short time: `0.4 ms`, `38 ms`, `1.2 s`. */
export const latency = (ms: number): string =>
  ms < 10
    ? `${ms.toFixed(1).replace(/\.0$/, "")} ms`
    : ms < 1_000
      ? `${Math.round(ms)} ms`
      : `${(ms / 1_000).toFixed(1)} s`;

/** Bytes in binary units, as `df -h` and `free -h` write them: `512B`, `1.4G`, `61G`. */
export const bytes = (n: number): string => {
  let value = n;
  for (const unit of ["B", "K", "M", "G", "T", "P"]) {
    if (value < 1_000 || unit === "P")
      return unit === "B" || value >= 10 ? `${Math.round(value)}${unit}` : `${value.toFixed(1)}${unit}`;
    value /= 1_024;
  }
  return `${n}B`;
};

/** `1 member`, `3 members`. */
export const plural = (n: number, one: string, many = `${one}s`): string => `${count(n)} ${n === 1 ? one : many}`;
