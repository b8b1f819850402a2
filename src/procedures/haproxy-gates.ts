import { open, unknown, waiting } from "./gate-values.ts";
import { duration, plural } from "../systems/format.ts";
import { isDoubtful } from "../systems/haproxy/views.ts";
import type { Gate } from "./procedure.ts";
import { adminAt, isInMaintenance, isOut, isReady, othersAt, placeName, seenAt, type Place } from "./places.ts";
import type { View } from "./view.ts";

/** Long enough for two rounds of the fast probes on a slow line. */
const ANSWER_MS = 20_000;

/** Every place is known by a sample taken now: what is there already must not be overwritten. */
export const placesAreKnown = (places: readonly Place[]): Gate => ({
  id: "places-known",
  wanted: "every load balancer says how it has this host's servers now",
  deadlineMs: ANSWER_MS,
  watch: () => (view) => {
    const dark = places.filter((place) => adminAt(place, view).state === "unknown");
    return dark.length === 0 ? open("all say it") : unknown(`not said yet: ${dark.map(placeName).join(", ")}`);
  },
});

/** The last server of a backend never goes: not with a reason either. */
export const othersCarry = (places: readonly Place[], host: string): Gate => ({
  id: "others-carry",
  wanted: "every proxy has another server that is up",
  deadlineMs: ANSWER_MS,
  watch: () => (view) => {
    const seen = places.map((place) => ({ place, others: othersAt(place, host, view) }));
    const alone = seen.filter(({ others }) => others?.length === 0).map(({ place }) => placeName(place));
    if (alone.length > 0) return { state: "closed", value: `the last one that is up: ${alone.join(", ")}` };
    const dark = seen.filter(({ others }) => others === undefined).map(({ place }) => placeName(place));
    if (dark.length > 0) return unknown(`not known beside ${dark.join(", ")}`);
    return open(
      seen.map(({ place, others = [] }) => `${place.proxy} on ${place.loadBalancer}: ${others.join(", ")}`).join("; "),
    );
  },
});

const allPlaces = (
  id: string,
  wanted: string,
  places: readonly Place[],
  holds: (place: Place, view: View) => boolean | undefined,
  deadlineMs = ANSWER_MS,
): Gate => ({
  id,
  wanted,
  deadlineMs,
  watch: () => (view) => {
    const missing = places.filter((place) => holds(place, view) !== true);
    if (missing.length === 0) return open(`all ${places.length}`);
    return waiting(missing.map((place) => `${placeName(place)} ${statusAt(place, view)}`).join(", "));
  },
});

const statusAt = (place: Place, view: View): string => {
  const seen = seenAt(place, view);
  return seen.state === "known" ? seen.value.status : "?";
};

export const allOut = (places: readonly Place[]): Gate =>
  allPlaces("all-out", "every load balancer says DRAIN or MAINT", places, isOut);

export const allInMaintenance = (places: readonly Place[]): Gate =>
  allPlaces("all-maint", "every load balancer says MAINT", places, isInMaintenance);

export const allReady = (places: readonly Place[]): Gate =>
  allPlaces("all-ready", "no load balancer holds it out any more", places, isReady);

/** By checks that pass: one that comes out of maintenance is called UP before any has. */
export const allUp = (places: readonly Place[]): Gate =>
  allPlaces(
    "all-up",
    "every load balancer says UP",
    places,
    (place, view) => {
      const seen = seenAt(place, view);
      if (seen.state === "unknown") return false;
      return (seen.value.state === "up" && !isDoubtful(seen.value)) || seen.value.state === "unchecked";
    },
    90_000,
  );

/** Its checks pass, where a server in drain is still checked; one in maintenance is not, and says nothing. */
export const checksPass = (places: readonly Place[]): Gate =>
  allPlaces("checks-pass", "HAProxy's own checks of this host pass, where it makes them", places, (place, view) => {
    const seen = seenAt(place, view);
    if (seen.state === "unknown") return false;
    return seen.value.state === "maintenance" || seen.value.state !== "down";
  });

/** Nothing open and nothing new for this long: with cookies a visitor may come back after a pause. */
const QUIET_MS = 6_000;

interface Count {
  readonly atMs: number;
  readonly sessions: number;
}

/** Waits for what is open to end. `deadlineMs` is how long before somebody must decide. */
export const sessionsEnded = (places: readonly Place[], deadlineMs: number, quietMs = QUIET_MS): Gate => ({
  id: "sessions-ended",
  wanted: "no session left, and none that comes back",
  deadlineMs,
  watch: () => {
    const counts: Count[] = [];
    let quietSinceMs: number | undefined;
    return (view) => {
      const seen = places.map((place) => ({ place, reading: seenAt(place, view) }));
      const dark = seen.filter(({ reading }) => reading.state === "unknown");
      if (dark.length > 0) return unknown(`not known at ${dark.map(({ place }) => placeName(place)).join(", ")}`);
      const left = seen.flatMap(({ place, reading }) =>
        reading.state === "known"
          ? [
              {
                place,
                atMs: reading.atMs,
                sessions: reading.value.sessions + reading.value.queue,
                rate: reading.value.sessionsPerSecond,
              },
            ]
          : [],
      );
      // The oldest of the answers is how far the whole is known.
      const atMs = Math.min(...left.map((each) => each.atMs));
      const sessions = left.reduce((sum, each) => sum + each.sessions, 0);
      const coming = left.reduce((sum, each) => sum + each.rate, 0);
      if (counts.at(-1)?.atMs !== atMs) counts.push({ atMs, sessions });
      if (sessions > 0 || coming > 0) quietSinceMs = undefined;
      else quietSinceMs ??= atMs;
      if (quietSinceMs !== undefined && atMs - quietSinceMs >= quietMs) return open("0 sessions, none new");
      if (quietSinceMs !== undefined) return waiting(`0 sessions, quiet for ${duration(atMs - quietSinceMs)}`);
      const who = left
        .filter((each) => each.sessions > 0 || each.rate > 0)
        .map(
          (each) => `${placeName(each.place)} ${each.sessions}${each.rate > 0 ? ` (${each.rate}/s come back)` : ""}`,
        );
      const expectedMs = timeToZero(counts);
      return {
        ...waiting(`${plural(sessions, "session")} left: ${who.join(", ")}`),
        ...(expectedMs === undefined ? {} : { expectedMs }),
      };
    };
  },
});

/** By the last half minute's fall; undefined while it does not fall or there is too little to tell. */
export const timeToZero = (counts: readonly Count[]): number | undefined => {
  const newest = counts.at(-1);
  if (newest === undefined) return undefined;
  const from = counts.find(({ atMs }) => newest.atMs - atMs <= 30_000);
  if (from === undefined || newest.atMs - from.atMs < 4_000 || from.sessions <= newest.sessions) return undefined;
  return Math.round((newest.sessions * (newest.atMs - from.atMs)) / (from.sessions - newest.sessions));
};

/** First visitors after a return. */
export const visitorsCome = (places: readonly Place[]): Gate => ({
  id: "visitors-come",
  wanted: "first sessions",
  deadlineMs: 15_000,
  watch: () => (view) => {
    const served = places.flatMap((place) => {
      const seen = seenAt(place, view);
      if (seen.state === "unknown") return [];
      const { sessions, sessionsPerSecond } = seen.value;
      if (sessions === 0 && sessionsPerSecond === 0) return [];
      return [`${placeName(place)} ${plural(sessions, "session")}, ${sessionsPerSecond} a second`];
    });
    return served.length > 0 ? open(served.join("; ")) : waiting("none seen yet");
  },
});
