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

/** How long a grant lasts, by both clocks: a suspended machine stops the one, somebody may set the other. */
interface Term {
  readonly lastsMs: number;
  readonly sinceMs: number;
  readonly sinceTick: number;
}

const issued = new WeakMap<object, Term>();
let forbidden: string | undefined;

/** From now on, and for as long as this process lives, nothing can be changed by it: there is no way back. */
export const forbidChanges = (why: string): void => {
  forbidden ??= why;
};

const termOf = (lastsMs: number): Term => ({ lastsMs, sinceMs: Date.now(), sinceTick: performance.now() });

/**
 * Unlocks for one operator and one reason, for `lastsMs` or, without it, for as long as the process lives. A viewer
 * gets the reason why not, and nothing else.
 */
export const grantOperator = (
  cluster: Pick<Cluster, "name" | "role" | "source">,
  operator: string,
  reason: string,
  lastsMs = Number.POSITIVE_INFINITY,
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
  issued.set(grant, termOf(lastsMs));
  return { ok: true, grant };
};

/** Counts its time anew from now; one that has lapsed stays so. */
export const renewGrant = (grant: OperatorGrant): void => {
  const term = issued.get(grant);
  if (term !== undefined && !isOver(term)) issued.set(grant, termOf(term.lastsMs));
};

/** Worth nothing from now on. */
export const endGrant = (grant: OperatorGrant): void => void issued.delete(grant);

/** Ms until it lapses; 0 when it has, or was ended. */
export const grantLeftMs = (grant: OperatorGrant): number => {
  const term = issued.get(grant);
  return term === undefined ? 0 : Math.max(0, term.lastsMs - elapsed(term));
};

const elapsed = ({ sinceMs, sinceTick }: Term): number => Math.max(Date.now() - sinceMs, performance.now() - sinceTick);

const isOver = (term: Term): boolean => elapsed(term) >= term.lastsMs;

/** Why this value opens nothing; undefined when it does. */
export const grantFault = (grant: OperatorGrant): string | undefined => {
  if (forbidden !== undefined) return forbidden;
  const term = issued.get(grant);
  if (term === undefined) return "nothing was sent: this is not an operator's grant, or it was given back";
  return isOver(term) ? "nothing was sent: the operator's grant has lapsed; unlock again" : undefined;
};
