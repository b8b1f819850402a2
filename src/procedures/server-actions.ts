import { ask } from "../connect/command.ts";
import { setServerState, shutdownSessions, type ForcedState } from "../systems/haproxy/changes.ts";
import { isInMaintenance, isOut, isReady, placeName, seenAt, type Place } from "./places.ts";
import type { Action } from "./procedure.ts";
import type { View } from "./view.ts";

const set = (place: Place, state: ForcedState) => ask(setServerState, { ...place, state });

const action = (
  place: Place,
  state: ForcedState,
  back: ForcedState | undefined,
  already: (place: Place, view: View) => boolean | undefined,
): Action => ({
  id: `${state} ${placeName(place)}`,
  target: place.loadBalancer,
  ask: set(place, state),
  ...(back === undefined ? {} : { undo: set(place, back) }),
  already: (view) => already(place, view),
});

/** Out of balancing. What is out already, in drain or in maintenance, stays as somebody else has put it. */
export const drainServer = (place: Place): Action => action(place, "drain", "ready", isOut);

/** Out altogether; taken back to drain, which its own step then takes back. */
export const stopServer = (place: Place): Action => action(place, "maint", "drain", isInMaintenance);

/** Back into balancing; taken back to drain. */
export const returnServer = (place: Place): Action => action(place, "ready", "drain", isReady);

/** Ends what is still open; nothing brings a session back. */
export const endSessionsAt = (place: Place): Action => ({
  id: `end sessions ${placeName(place)}`,
  target: place.loadBalancer,
  ask: ask(shutdownSessions, place),
  already: (view) => {
    const seen = seenAt(place, view);
    return seen.state === "known" ? seen.value.sessions === 0 : undefined;
  },
});
