import type { Cluster } from "../inventory/cluster.ts";

/**
 * The right to change something, held by an operator who has unlocked and said why. It can only be had from
 * {@link grantOperator}: the type has a key nobody else can name, and a value that was not issued there is worth
 * nothing at run time either.
 */
export interface OperatorGrant {
  readonly [brand]: true;
  /** Who, as this machine knows them. */
  readonly operator: string;
  /** Why, in their own words. */
  readonly reason: string;
  readonly grantedAtMs: number;
}

declare const brand: unique symbol;

export type Granted =
  | { readonly ok: true; readonly grant: OperatorGrant }
  | { readonly ok: false; /** In words, with the way out. */ readonly why: string };

const issued = new WeakSet<object>();
let forbidden: string | undefined;

/** From now on, and for as long as this process lives, nothing can be changed by it: there is no way back. */
export const forbidChanges = (why: string): void => {
  forbidden ??= why;
};

/** Unlocks for one operator and one reason. A viewer gets the reason why not, and nothing else. */
export const grantOperator = (
  cluster: Pick<Cluster, "name" | "role" | "source">,
  operator: string,
  reason: string,
): Granted => {
  if (forbidden !== undefined) return { ok: false, why: forbidden };
  if (cluster.role !== "operator")
    return {
      ok: false,
      why: `your role on ${cluster.name} is viewer: nothing can be changed (role: operator in ${cluster.source})`,
    };
  if (reason.trim() === "") return { ok: false, why: "a change needs a reason (--reason)" };
  // The brand is a type's key only; what counts at run time is having been issued here.
  const grant = Object.freeze({ operator, reason, grantedAtMs: Date.now() }) as OperatorGrant;
  issued.add(grant);
  return { ok: true, grant };
};

/** Why this value opens nothing; undefined when it does. */
export const grantFault = (grant: OperatorGrant): string | undefined => {
  if (forbidden !== undefined) return forbidden;
  return issued.has(grant) ? undefined : "nothing was sent: this is not an operator's grant";
};
