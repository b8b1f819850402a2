import type { Link } from "../access.ts";
import { cleanLine } from "../clean.ts";
import { backoffMs } from "./backoff.ts";
import type { Trust } from "./client.ts";
import { connect, type Attempt, type Connected, type Connection } from "./connect.ts";
import { openLinkState } from "./link-state.ts";
import type { HostPending } from "./pending.ts";
import { problem, type Problem } from "./problem.ts";
import { startPulse, type Pulse } from "./pulse.ts";
import type { Route } from "./route.ts";
import { openWork, type Work } from "./work.ts";

/** The one connection to a host, made again whenever it is lost. */
export interface Session {
  readonly link: () => Link;
  readonly add: (items: readonly HostPending[]) => void;
  /** The connection, or why there is none; waits only while the very first try is under way. */
  readonly whenReady: (listener: (ready: Connected) => void) => void;
  /** Why an ask that still waits for the connection is late. */
  readonly explainWaiting: () => Problem;
  /** Set while the host is suspiciously silent. */
  readonly silence: () => Problem | undefined;
  readonly retry: () => void;
  readonly close: () => void;
}

export interface SessionSettings {
  readonly hostName: string;
  readonly findRoute: () => Promise<Route>;
  readonly trust: Trust;
  readonly onLink: (link: Link) => void;
}

/** How often a sign of life is asked for; on an idle line some 100 bytes each way. */
const PULSE_MS = 1_500;
/** Two refreshes of 2 s after a network was cut its hosts must be shown as unreachable. */
const SILENCE_LIMIT_MS = 3_500;
/** So long without a byte is more than a slow command: the pulse, too, went unanswered. */
const SUSPICIOUS_MS = PULSE_MS + 400;
/** So many refused logins after one that worked may be a host that goes down or boots; with the rest no ban (backoff.ts). */
const PASSING_REFUSALS = 2;
/** A connection that lived so long starts the back-off anew; one that breaks at once does not. */
const STABLE_MS = 10_000;

interface Live {
  readonly connection: Connection;
  readonly work: Work;
  readonly pulse: Pulse;
  readonly sinceMs: number;
}

export const openSession = ({ hostName, findRoute, trust, onLink }: SessionSettings): Session => {
  const link = openLinkState(onLink);
  let attempt: Attempt | "starting" | undefined;
  let live: Live | undefined;
  let waiting: ((ready: Connected) => void)[] = [];
  let whyDown: Problem | undefined;
  let whySlow: Problem | undefined;
  let failures = 0;
  let wasUp = false;
  let refusals = 0;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const tellWaiting = (ready: Connected): void => {
    const listeners = waiting;
    waiting = [];
    for (const listener of listeners) listener(ready);
  };

  const down = (why: Problem): void => {
    failures += 1;
    if (why.reason === "auth") refusals += 1;
    const inMs = backoffMs(why.reason, failures, Math.random(), wasUp && refusals <= PASSING_REFUSALS);
    timer = setTimeout(() => void tryNow(), inMs);
    whyDown = why;
    link.down(why, Date.now() + inMs);
    tellWaiting({ ok: false, ...why });
  };

  const lost = (lostLive: Live, why: Problem): void => {
    if (live !== lostLive) return;
    live = undefined;
    lostLive.pulse.stop();
    lostLive.connection.destroy();
    if (Date.now() - lostLive.sinceMs > STABLE_MS) failures = 0;
    lostLive.work.lost(why);
    if (!closed) down(why);
  };

  const up = (connection: Connection): void => {
    const pulse = startPulse(SILENCE_LIMIT_MS, (silentMs) => {
      const seconds = (silentMs / 1000).toFixed(1);
      lost(now, problem("unreachable", `${hostName}: nothing heard for ${seconds} s; the network or the host is down`));
    });
    const work = openWork(connection, hostName, link.roundTrip);
    const now: Live = { connection, work, pulse, sinceMs: Date.now() };
    live = now;
    connection.stream.on("data", pulse.heard);
    connection.client.once("close", () => lost(now, problem("unreachable", `${hostName}: the connection was closed`)));
    whyDown = undefined;
    wasUp = true;
    refusals = 0;
    link.up();
    tellWaiting({ ok: true, connection });
  };

  /** The try goes on, but nobody should read "connecting" for as long as it may take. */
  const slow = (why: Problem): void => {
    whySlow = why;
    if (link.get().state === "connecting") link.down(why);
  };

  const reach = async (): Promise<Connected> => {
    try {
      const route = await findRoute();
      if (!route.ok) return route;
      const going = connect(route.hops, trust, PULSE_MS, slow);
      attempt = going;
      if (closed) going.cancel();
      return await going.result;
    } catch (error) {
      // A defect, but it must cost one try to one host, not the console.
      return { ok: false, ...problem("failed", `${hostName}: ${cleanLine(String(error))}`) };
    }
  };

  const tryNow = async (): Promise<void> => {
    if (closed || attempt !== undefined || live !== undefined) return;
    clearTimeout(timer);
    attempt = "starting";
    const connected = await reach();
    attempt = undefined;
    whySlow = undefined;
    if (closed) {
      if (connected.ok) connected.connection.destroy();
    } else if (connected.ok) up(connected.connection);
    else down(connected);
  };

  void tryNow();
  return {
    link: link.get,
    add: (items) => {
      if (live !== undefined) live.work.add(items);
      else {
        whenReady((ready) => {
          if (ready.ok) live?.work.add(items.filter((item) => !item.settled()));
          else for (const item of items) item.fail(ready);
        });
      }
    },
    whenReady,
    explainWaiting: () => {
      const asking = typeof attempt === "object" && attempt.asking();
      if (asking) return problem("pending", `${hostName}: waits for your answer`);
      return whySlow ?? problem("timeout", `${hostName}: still connecting`);
    },
    silence: () => {
      const silentMs = live?.pulse.silentMs() ?? 0;
      if (silentMs < SUSPICIOUS_MS) return undefined;
      return problem("unreachable", `${hostName}: nothing heard for ${(silentMs / 1000).toFixed(1)} s`);
    },
    retry: () => {
      failures = 0;
      void tryNow();
    },
    close: () => {
      closed = true;
      clearTimeout(timer);
      if (typeof attempt === "object") attempt.cancel();
      const why = problem("unreachable", `${hostName}: the connection was closed by midwatch`);
      if (live !== undefined) lost(live, why);
      whyDown = why;
      tellWaiting({ ok: false, ...why });
    },
  };

  function whenReady(listener: (ready: Connected) => void): void {
    if (live !== undefined) listener({ ok: true, connection: live.connection });
    else if (whyDown !== undefined) listener({ ok: false, ...whyDown });
    else waiting.push(listener);
  }
};
