import type { Duplex } from "node:stream";
import type { Client } from "ssh2";
import { logIn, type Trust } from "./client.ts";
import { outOfTime, throughJump, type Phase } from "./connect-problem.ts";
import { dial, type Dialled } from "./dial.ts";
import type { Hop } from "./hop.ts";
import { openStream } from "./open-stream.ts";
import { startPatience } from "./patience.ts";
import { problem, type Problem } from "./problem.ts";

export interface Connection {
  readonly client: Client;
  readonly user: string;
  /** What SSH runs over: bytes on it are the sign of life. */
  readonly stream: Duplex;
  /** Cuts this connection and those of the jump hosts before it, without waiting for any of them. */
  readonly destroy: () => void;
}

export type Connected = { readonly ok: true; readonly connection: Connection } | ({ readonly ok: false } & Problem);

/** One try to reach a host. */
export interface Attempt {
  readonly result: Promise<Connected>;
  /** Whether a person is being asked right now. */
  readonly asking: () => boolean;
  readonly cancel: () => void;
}

interface Reached {
  readonly ok: true;
  readonly name: string;
  readonly client: Client;
  readonly stream: Duplex;
}

type Step = Reached | ({ readonly ok: false } & Problem);

/** Goes from hop to hop; the last is the host itself. `onSlow` hears of a try that goes on and has no answer yet. */
export const connect = (
  hops: readonly Hop[],
  trust: Trust,
  pulseMs: number,
  onSlow: (why: Problem) => void,
): Attempt => {
  const target = hops.at(-1);
  const reached: Reached[] = [];
  let entering: Entering | undefined;
  let cancelled = false;
  const destroy = (): void => {
    for (const { client, stream } of reached.toReversed()) {
      client.destroy();
      stream.destroy();
    }
  };

  const run = async (): Promise<Connected> => {
    for (const hop of hops) {
      if (cancelled) break;
      const told = (why: Problem): void => onSlow(hop === target ? why : throughJump(target?.name ?? "", why));
      entering = enter({ hop, before: reached.at(-1), trust, pulseMs: hop === target ? pulseMs : 0, onSlow: told });
      const step = await entering.step;
      if (!step.ok) {
        destroy();
        return hop === target ? step : { ok: false, ...throughJump(target?.name ?? "", step) };
      }
      reached.push(step);
    }
    const last = reached.at(-1);
    if (cancelled || target === undefined || last === undefined) {
      destroy();
      return { ok: false, ...GIVEN_UP };
    }
    return { ok: true, connection: { client: last.client, user: target.user, stream: last.stream, destroy } };
  };

  return {
    result: run(),
    asking: () => entering?.asking() ?? false,
    cancel: () => {
      cancelled = true;
      entering?.end(GIVEN_UP);
    },
  };
};

const GIVEN_UP = problem("unreachable", "the connection was given up");

interface Entering {
  readonly step: Promise<Step>;
  readonly asking: () => boolean;
  readonly end: (why: Problem) => void;
}

interface EnterRequest {
  readonly hop: Hop;
  readonly before: Reached | undefined;
  readonly trust: Trust;
  readonly pulseMs: number;
  readonly onSlow: (why: Problem) => void;
}

/** By then TCP has asked for the connection three times. */
const SLOW_MS = 4_000;

/** Gets past one hop within its deadline, through the hop before it where there is one. */
const enter = ({ hop, before, trust, pulseMs, onSlow }: EnterRequest): Entering => {
  const over = new AbortController();
  const ended = Promise.withResolvers<Step>();
  const end = (why: Problem): void => {
    ended.resolve({ ok: false, ...why });
    over.abort();
  };
  let phase: Phase = "dial";
  const patience = startPatience(hop.connectDeadlineMs, () => end(outOfTime(hop, phase)), {
    afterMs: SLOW_MS,
    onSlow: () => onSlow(outOfTime(hop, phase, SLOW_MS)),
  });

  const reach = async (): Promise<Step> => {
    const way = before === undefined ? await dial(hop, over.signal) : await through(before, hop);
    if (!way.ok) return way;
    if (over.signal.aborted) way.stream.destroy();
    const onPhase = (now: Phase): void => {
      phase = now;
    };
    const { stream } = way;
    const login = await logIn({ hop, stream, trust, patience, signal: over.signal, onPhase, pulseMs });
    return login.ok ? { ok: true, name: hop.name, client: login.client, stream } : login;
  };
  const finish = async (): Promise<Step> => {
    const step = await Promise.race([reach(), ended.promise]);
    patience.stop();
    return step;
  };
  return { step: finish(), asking: patience.held, end };
};

const through = async ({ client, name }: Reached, hop: Hop): Promise<Dialled> => {
  const opened = await openStream(client, `${hop.name} through ${name}`, { host: hop.address, port: hop.port });
  return opened.ok ? { ok: true, stream: opened.channel } : opened;
};
