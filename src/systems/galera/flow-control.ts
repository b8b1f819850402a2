import type { GaleraFacts } from "./facts.ts";
import type { Member } from "./member.ts";

/** Writes that wait for a member. */
export interface StandStill {
  /** Share of time in which nothing could be written, 0 to 1. */
  readonly share: number;
  /** Who holds all back, where that can be told. */
  readonly slowest?: { readonly host: string; readonly queue: number };
}

/** Beyond the threshold; all members stand still together, so the one that says most is right. */
export const standStillOf = ({ members }: Pick<GaleraFacts, "members">, threshold: number): StandStill | undefined => {
  const share = Math.max(0, ...members.map(({ flowControlPaused: paused }) => valueOr(paused, 0)));
  if (share <= threshold) return undefined;
  const [first, second] = members
    .map((member) => ({ host: member.host, queue: queueOf(member) }))
    .toSorted((a, b) => b.queue - a.queue);
  return first === undefined || first.queue === 0 || first.queue === second?.queue
    ? { share }
    : { share, slowest: first };
};

/** The longest of the last seconds: between two bursts it may be empty. */
const queueOf = ({ backlog, view }: Member): number =>
  backlog.state === "known" ? backlog.value.most : view.state === "known" ? view.value.recvQueue : 0;

const valueOr = (reading: Member["flowControlPaused"], otherwise: number): number =>
  reading.state === "known" ? reading.value : otherwise;
