import { parsed, unreadable, type Parsed } from "../../connect/command.ts";
import type { HostReply } from "../../connect/reply.ts";

export interface Clock {
  /** Host's clock minus this machine's: positive when the host is ahead. */
  readonly offsetMs: number;
  /** The offset is right within ± this: the host read its clock somewhere inside the round trip (RFC 5905, section 8). */
  readonly errorMs: number;
}

/** `date +%s.%N`, compared with the middle of the round trip. */
export const parseClock = (reply: HostReply): Parsed<Clock> => {
  // Where %N is not known (busybox) it is left as it is, and the second may be up to one behind.
  const match = /^(\d{1,11})\.(\d{9}|%?N?)\n?$/.exec(reply.stdout);
  if (match === null) return unreadable("date did not print seconds since the epoch");
  const [, seconds = "", nanos = ""] = match;
  const fine = /^\d{9}$/.test(nanos);
  const hostMs = Number(seconds) * 1_000 + (fine ? Number(nanos) / 1e6 : 500);
  const halfTripMs = Math.max(0, reply.receivedAtMs - reply.sentAtMs) / 2;
  return parsed({
    offsetMs: Math.round(hostMs - (reply.sentAtMs + halfTripMs)),
    errorMs: Math.ceil(halfTripMs) + (fine ? 0 : 500),
  });
};
