import { ask, type Ask, type Command } from "../connect/command.ts";

/** Something procedures may send to one target of a cluster, beside what the probes ask. */
export interface Allowed {
  /** As an order's: a host name, or a Redis instance. */
  readonly target: string;
  /** Filled in with what this cluster has; what is not known before is `varying` (connect/vary.ts). */
  readonly ask: Ask;
}

/** A command with every set of parameters it may get at a target. */
export const allow = <T, P>(command: Command<T, P>, target: string, ...params: readonly P[]): readonly Allowed[] =>
  params.map((each) => ({ target, ask: ask(command, each) }));
