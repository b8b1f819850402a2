import type { Ask, Privilege } from "../connect/command.ts";
import type { Cluster, Role } from "../inventory/cluster.ts";
import { lockAllows } from "../record/lock-commands.ts";
import { systems } from "../systems/registry.ts";

/** Something an account must be able to send. */
export interface Need {
  readonly ask: Ask;
  /** Hosts, or the Redis instance. */
  readonly targets: readonly string[];
}

/**
 * Everything a role sends to this cluster, from the commands' catalogue: what the probes ask and what procedures may ask;
 * for an operator what they may change, and the cluster's lock.
 */
export const needsOf = (cluster: Cluster, role: Role): readonly Need[] => {
  const present = systems.filter((system) => system.present(cluster));
  const allowed = [...present.flatMap((system) => system.allows(cluster)), ...lockAllows(cluster)];
  return [
    ...present
      .flatMap((system) => system.probes(cluster))
      .map(({ ask, candidates }): Need => ({ ask, targets: candidates })),
    ...allowed
      .filter(({ ask }) => role === "operator" || ask.effect === "read")
      .map(({ ask, target }): Need => ({ ask, targets: [target] })),
  ];
};

/** Those a target gets whose privilege is of one kind. */
export const needing = <N extends Privilege["need"]>(
  needs: readonly Need[],
  target: string,
  need: N,
): readonly { readonly ask: Ask; readonly privilege: Extract<Privilege, { readonly need: N }> }[] =>
  needs.flatMap(({ ask, targets }) =>
    targets.includes(target) && isOf(ask.privilege, need) ? [{ ask, privilege: ask.privilege }] : [],
  );

const isOf = <N extends Privilege["need"]>(
  privilege: Privilege,
  need: N,
): privilege is Extract<Privilege, { readonly need: N }> => privilege.need === need;
