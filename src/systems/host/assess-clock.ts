import type { Thresholds } from "../../inventory/cluster.ts";
import { duration, latency } from "../format.ts";
import { probeKey } from "../probe.ts";
import { clock } from "./commands.ts";
import type { HostFacts } from "./facts-schema.ts";
import type { HostFinding } from "./rules.ts";

interface Off {
  readonly host: string;
  readonly offsetMs: number;
  readonly errorMs: number;
}

/**
 * An offset counts only when it is beyond the threshold whatever the round trip hid. When all hosts are off by the
 * same, it is this machine that is wrong: saying so of every host would be four untruths.
 */
export const clockFindings = (facts: HostFacts, { clockOffsetWarningMs }: Thresholds): readonly HostFinding[] => {
  const known = facts.hosts.flatMap(({ host, clock: reading }): Off[] =>
    reading.state === "known" ? [{ host, ...reading.value }] : [],
  );
  const off = known.filter(({ offsetMs, errorMs }) => Math.abs(offsetMs) - errorMs > clockOffsetWarningMs);
  const offsets = off.map(({ offsetMs }) => offsetMs);
  if (
    off.length >= 2 &&
    off.length === known.length &&
    Math.max(...offsets) - Math.min(...offsets) <= clockOffsetWarningMs
  )
    return [
      {
        id: "host.own_clock",
        severity: "warning",
        subject: "this machine",
        text: `this machine's clock is ${apart(-(offsets[0] ?? 0))} all hosts: ages shown may be wrong`,
        next: "set this machine's clock",
        evidence: off.map(({ host }) => probeKey(clock.id, host)),
      },
    ];
  return off.map(({ host, offsetMs, errorMs }) => ({
    id: "host.clock_offset",
    severity: "warning",
    subject: host,
    host,
    text: `${host}'s clock is ${apart(offsetMs)} this machine's (± ${latency(errorMs)})`,
    next: `see its time source: ssh ${host} timedatectl`,
    evidence: [probeKey(clock.id, host)],
  }));
};

const apart = (offsetMs: number): string => {
  const size = Math.abs(offsetMs);
  return `${size < 60_000 ? latency(size) : duration(size)} ${offsetMs > 0 ? "ahead of" : "behind"}`;
};
