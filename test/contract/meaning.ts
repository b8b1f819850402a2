/**
 * What a number must be like by its name, for names carry the units here (`Ms`, `AtMs` and `sinceMs`, `Bytes`, `Share`, `PerSecond`).
 * A demo that counts kilobytes where the real thing counts bytes is caught by the bounds in {@link BOUNDS}.
 */
export const meaninglessIn = (value: unknown, nowMs: number, path = "value"): readonly string[] => {
  if (Array.isArray(value)) return value.flatMap((each) => meaninglessIn(each, nowMs, `${path}[]`));
  if (value instanceof Map) return [...value.values()].flatMap((each) => meaninglessIn(each, nowMs, `${path}[]`));
  if (typeof value === "number") return misfit(path, value, nowMs);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => meaninglessIn(each, nowMs, `${path}.${key}`));
};

const YEARS_MS = 20 * 365 * 86_400_000;

const misfit = (path: string, value: number, nowMs: number): readonly string[] => {
  const name = path.slice(path.lastIndexOf(".") + 1);
  const wrong = (what: string): readonly string[] => [`${path} is ${value}: ${what}`];
  if (!Number.isFinite(value)) return wrong("no number");
  if (name.endsWith("AtMs") || name === "sinceMs") {
    return value > nowMs - YEARS_MS && value < nowMs + 86_400_000 ? [] : wrong("no time of these years");
  }
  if (/offsetMs$/i.test(name)) return Math.abs(value) < 60_000 ? [] : wrong("a clock a minute off");
  if (name.endsWith("Ms")) return value >= 0 && value < YEARS_MS ? [] : wrong("no duration");
  if (/Share$/i.test(name)) return value >= 0 && value <= 1 ? [] : wrong("no share of 1");
  if (/(Bytes|Total|Free|Limit)$/.test(name))
    return Number.isInteger(value) && value >= 0 ? [] : wrong("no whole number");
  return value >= 0 ? [] : wrong("less than nothing");
};

type Range = readonly [low: number, high: number];

/** Plain bounds for what would show a wrong unit; both clusters must be inside. `command id` → `path` → range. */
const BOUNDS: Readonly<Record<string, Readonly<Record<string, Range>>>> = {
  "host.vitals": {
    memoryTotalBytes: [64e6, 4e12],
    memoryAvailableBytes: [16e6, 4e12],
    cores: [1, 1_024],
    uptimeMs: [1_000, YEARS_MS],
  },
  "host.clock": { offsetMs: [-5_000, 5_000], errorMs: [0, 5_000] },
  "galera.view": { size: [3, 3], state: [4, 4], uptimeMs: [1_000, YEARS_MS] },
  "galera.settings": { gcacheSizeBytes: [1e6, 1e12], weight: [1, 1] },
  "redis.info": { memoryUsedBytes: [5e5, 1e12], memoryLimitBytes: [1e6, 1e12], uptimeMs: [1_000, YEARS_MS] },
  "haproxy.info": { uptimeMs: [100, YEARS_MS], connectionLimit: [10, 1e7], idleShare: [0, 1] },
  "gluster.space": { inodesTotal: [100, 1e12] },
  "web.health": { status: [200, 200], tookMs: [0.1, 5_000] },
  "web.workers": { busy: [0, 10_000], idle: [0, 10_000] },
};

export const outOfBounds = (commandId: string, value: unknown): readonly string[] =>
  Object.entries(BOUNDS[commandId] ?? {}).flatMap(([key, [low, high]]) => {
    const found: unknown = typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
    if (typeof found !== "number") return [`${commandId}.${key} is ${String(found)}`];
    return found >= low && found <= high ? [] : [`${commandId}.${key} is ${found}, not between ${low} and ${high}`];
  });
