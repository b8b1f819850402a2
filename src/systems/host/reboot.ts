import type { Sample } from "../../connect/sample.ts";
import { readingOf, type Reading } from "../reading.ts";
import type { HostFact } from "./facts-schema.ts";
import type { Clock } from "./parse-clock.ts";
import type { Marks } from "./parse-marks.ts";
import type { NeedsRestarting } from "./parse-packages.ts";
import type { Vitals } from "./parse-vitals.ts";

type Reboot = Extract<HostFact["reboot"], { state: "known" }>["value"];

/**
 * A reboot is required when a package says so (/run/reboot-required on Debian, needs-restarting on Red Hat-like hosts)
 * or when a kernel came after the boot.
 */
export const rebootOf = (
  marks: Sample<Marks>,
  vitals: Sample<Vitals>,
  clock: Sample<Clock>,
  needs: Sample<NeedsRestarting>,
): Reading<Reboot> => {
  const because = needs.state === "known" && needs.value.reboot ? updated(needs.value) : [];
  if (marks.state === "unknown")
    return needs.state === "known"
      ? readingOf(needs, ({ reboot }) => ({ required: reboot, because }))
      : readingOf(marks, () => ({ required: false, because }));
  const { rebootFlagAtMs, kernels } = marks.value;
  if (rebootFlagAtMs !== undefined) because.push("a package asked for it");
  if (kernels.length > 0 && vitals.state === "known") {
    // Both times by the host's own clock.
    const offsetMs = clock.state === "known" ? clock.value.offsetMs : 0;
    const bootedAtMs = vitals.atMs + offsetMs - vitals.value.uptimeMs;
    const newer = kernels.filter((kernel) => kernel.installedAtMs > bootedAtMs + CLOCK_SLACK_MS);
    because.push(...newer.map((kernel) => `kernel ${kernel.version} was installed after the boot`));
  }
  // Whether a kernel is newer than the boot is not known without the uptime: then only a yes is certain.
  if (because.length === 0 && kernels.length > 0 && vitals.state === "unknown")
    return readingOf(vitals, () => ({ required: false, because }));
  // What dnf has not said yet may be a yes; where there is no dnf nobody waits for it.
  if (because.length === 0 && needs.state === "unknown" && needs.reason !== "missing")
    return readingOf(needs, () => ({ required: false, because }));
  const atMs = needs.state === "known" ? Math.min(marks.atMs, needs.atMs) : marks.atMs;
  return { state: "known", atMs, value: { required: because.length > 0, because } };
};

/** /proc/uptime and the wall clock part when the clock is set during boot. */
const CLOCK_SLACK_MS = 60_000;

const updated = ({ because }: NeedsRestarting): string[] => [
  because.length === 0 ? "updates need it" : `updated: ${because.join(", ")}`,
];
