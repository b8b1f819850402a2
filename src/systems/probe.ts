import { ask, type Ask, type ReadCommand } from "../connect/command.ts";

/** One question asked on a schedule. Made by {@link probe} or {@link electedProbe}. */
export interface Probe {
  /** Names the sample in the store and in evidence: `galera.status@web1`. */
  readonly key: string;
  readonly ask: Ask<"read">;
  /** What the answer is about. For an elected probe a name of its own, such as the pool's. */
  readonly target: string;
  /** Who is asked: exactly one, or, when elected, one of these at a time, the next when the present one fails. */
  readonly candidates: readonly string[];
  readonly everyMs: number;
  /** Elected probes of one group share the elected host and are asked one after another. Default: those of one target. */
  readonly group?: string;
}

export const probeKey = (commandId: string, target: string): string => `${commandId}@${target}`;

/** Asks one target every `everyMs`. */
export const probe = <T, P>(command: ReadCommand<T, P>, target: string, params: P, everyMs: number): Probe => ({
  key: probeKey(command.id, target),
  ask: ask(command, params),
  target,
  candidates: [target],
  everyMs,
});

/**
 * Asks one of several equal hosts: for commands that take a cluster-wide lock and must not be asked by two hosts at
 * once. The sample is filed under `target`; targets that share the lock (a pool's volumes) share a `group`.
 */
export const electedProbe = <T, P>(
  command: ReadCommand<T, P>,
  target: string,
  candidates: readonly string[],
  params: P,
  everyMs: number,
  group = target,
): Probe => ({ key: probeKey(command.id, target), ask: ask(command, params), target, candidates, everyMs, group });
