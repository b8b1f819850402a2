import type { GaleraConfig } from "../inventory/cluster.ts";
import { count } from "../systems/format.ts";
import { recoveredPosition, type Position } from "../systems/galera/bootstrap-changes.ts";
import { grastateCommand } from "../systems/galera/commands.ts";
import { isDown } from "../systems/galera/presence.ts";
import { galeraFactsSchema } from "../systems/galera/schema.ts";
import type { Reads } from "./procedure.ts";
import { readOnce } from "./read-once.ts";
import { factsOf, type View } from "./view.ts";

/** Where one stopped member stands. */
export interface Standing extends Position {
  readonly host: string;
  /** It was the last to stop in order, by its own word. */
  readonly safe: boolean;
  /** How the position is known. */
  readonly by: "wrote it down" | "recovery";
}

export type Chosen =
  | { readonly ok: true; readonly standings: readonly Standing[]; readonly best: Standing }
  | { readonly ok: false; readonly why: string };

const no = (why: string): Chosen => ({ ok: false, why });

/** Members whose data was never complete have this one. */
const NO_UUID = "00000000-0000-0000-0000-000000000000";

/**
 * Which member a cluster of which none is Primary may begin from: the one with the highest position, when every member
 * could be asked and all are of one cluster. Says why not, and the way out.
 */
export const choose = async (galera: GaleraConfig, view: View, reads: Reads): Promise<Chosen> => {
  const inTheWay = alive(galera, view);
  if (inTheWay.length > 0) return no(inTheWay.join("; "));
  const found = await Promise.all(galera.members.map(({ host }) => standingOf(host, galera, reads)));
  const missing = found.flatMap((each) => ("why" in each ? [each.why] : []));
  if (missing.length > 0) return no(missing.join("; "));
  return best(found.flatMap((each) => ("why" in each ? [] : [each])));
};

/** Pure: from every member's position. */
export const best = (standings: readonly Standing[]): Chosen => {
  const uuids = [...new Set(standings.map(({ uuid }) => uuid))];
  if (uuids.length > 1 || uuids[0] === NO_UUID) {
    const said = standings.map(({ host, uuid }) => `${host} ${uuid === NO_UUID ? "none" : uuid}`).join(", ");
    return no(
      `the members' data are not of one cluster (${said}): nobody but you can say which is right; a member whose data is to be thrown away is taken out of the inventory until the others run, and then gets theirs`,
    );
  }
  // A member that stopped last and says so comes first among equals, then the inventory's order.
  const [first] = standings.toSorted((a, b) => b.seqno - a.seqno || Number(b.safe) - Number(a.safe));
  if (first === undefined) return no("the inventory names no members");
  const surer = standings.find(({ safe, seqno }) => safe && seqno < first.seqno);
  if (surer !== undefined)
    return no(
      `${surer.host} says that it stopped last (${count(surer.seqno)}), and ${first.host} is further (${count(first.seqno)}): they were apart; look at both before one is chosen`,
    );
  return { ok: true, standings, best: first };
};

/** Why it is no case for a bootstrap: one line for each member that is not known to be down. */
const alive = ({ service }: GaleraConfig, view: View): readonly string[] => {
  const members = factsOf(view, "galera", galeraFactsSchema)?.members;
  if (members === undefined) return ["the members are not watched"];
  return members.flatMap(({ host, presence, view: own }) => {
    if (own.state === "known" && own.value.primary)
      return [
        `${host} is Primary: the cluster lives, and a second one beside it would split it; start the others: ssh HOST sudo systemctl start ${service}`,
      ];
    if (presence.state === "unknown" || presence.value === "refusing")
      return [
        `${host} cannot be asked (${presence.state === "unknown" ? presence.detail : "connections are refused, and no more is known"}): it may have the newest data; bring it back first, or take it out of the inventory if its data is lost for good`,
      ];
    if (isDown(presence.value)) return [];
    if (presence.value === "answers")
      return [
        `${host} runs and is not Primary: members that lost each other may find together again; when they do not, stop it in order: ssh ${host} sudo systemctl stop ${service}`,
      ];
    return [
      `${host} is ${presence.value}: wait until it is up or down, or stop it: ssh ${host} sudo systemctl stop ${service}`,
    ];
  });
};

const standingOf = async (
  host: string,
  { datadir, flavour }: GaleraConfig,
  reads: Reads,
): Promise<Standing | { readonly why: string }> => {
  const wrote = await readOnce(reads, host, grastateCommand, { datadir });
  if (!wrote.ok)
    return {
      why: `${host}: ${wrote.problem}: its position is not known; a member without its data is taken out of the inventory until the others run`,
    };
  const { uuid, seqno, safeToBootstrap: safe } = wrote.value;
  if (seqno !== undefined) return { host, uuid, seqno, safe, by: "wrote it down" };
  const recovered = await readOnce(reads, host, recoveredPosition, { flavour });
  if (!recovered.ok) return { why: `${host}: its position cannot be recovered: ${recovered.problem}` };
  return { host, ...recovered.value, safe, by: "recovery" };
};

/** `web2  18,204,511 by recovery`. */
export const standingText = ({ host, seqno, by, safe }: Standing): string =>
  `${host}: position ${count(seqno)} (${by}${safe ? ", stopped last" : ""})`;
