import type { SystemReason, Verdict } from "../safety/verdict.ts";
import { compareSeverity } from "../systems/finding.ts";
import { duration } from "../systems/format.ts";
import { cell, type Cell, type Tone } from "../systems/pane.ts";
import type { HostPicture, Picture } from "../watch/picture.ts";
import { STANCE_SEVERITY, STANCE_WORD } from "./stance.ts";
import { SIGN } from "./theme.ts";

/** What of the whole picture decides how loud a verdict is. */
export interface Surroundings {
  /** Nothing is wrong anywhere: that a host may not be taken then is how the cluster is built, and no alarm. */
  readonly isWell: boolean;
  /** First answers are still to come: not knowing is no alarm yet. */
  readonly isStarting: boolean;
}

export const isWell = ({ overall }: Pick<Picture, "overall">): boolean => overall === "ok" || overall === "info";
export const isStarting = ({ systems }: Pick<Picture, "systems">): boolean => systems.some(({ pending }) => pending);

/** `▲ WAIT`. */
export const verdictCell = ({ stance }: Pick<Verdict, "stance">, around: Surroundings): Cell => {
  if (stance === "unknown" && around.isStarting) return cell("… asking", "dim");
  const severity = STANCE_SEVERITY[stance];
  const tone: Tone = stance === "no" && around.isWell ? "plain" : severity;
  return cell(`${SIGN[severity]} ${STANCE_WORD[stance]}`, tone);
};

/**
 * What to know first of a host: what is worse of its own trouble and what stands against taking it. As bad as each
 * other, the verdict's reason goes first, because the trouble stands in the headline too.
 */
export const whyCell = (host: HostPicture, saysOfItself: Cell | undefined, around: Surroundings): Cell => {
  const { name, link, verdict, finding } = host;
  // That a host does not answer says more than any of what follows from it.
  if (link.state === "down") return saysOfItself ?? cell(`${link.reason}: ${link.detail}`, "unknown");
  // What is known to break holds whether it answers or not.
  if (link.state === "connecting" && verdict.stance !== "no") return cell("connecting", "dim");
  if (verdict.stance === "unknown" && around.isStarting) return cell("first answers are coming", "dim");
  const against = STANCE_SEVERITY[verdict.stance];
  const reason = decisive(verdict);
  const text = reason === undefined ? "" : withoutName(reasonText(reason), name);
  if (finding !== undefined && finding.severity !== "info" && compareSeverity(finding.severity, against) > 0) {
    // WAIT alone would not say for what; its trouble stands in the headline, and on its page.
    if (verdict.stance === "wait" && reason !== undefined) return cell(text, finding.severity);
    const trouble = withoutName(finding.text, name);
    // What is wrong is not why it is safe.
    return cell(verdict.stance === "safe" ? `may go, though ${trouble}` : trouble, finding.severity);
  }
  if (reason === undefined) return cell("no system speaks of it", "dim");
  return cell(text, verdict.stance === "safe" ? "dim" : verdict.stance === "unknown" ? "unknown" : "plain");
};

/** The reason with its expected time: `about 4m, until the heal is done`. */
const reasonText = ({ text, expectedMs }: Pick<SystemReason, "text" | "expectedMs">): string =>
  expectedMs === undefined ? text : `about ${duration(expectedMs)}, ${text}`;

/** Where all is safe, that the host answers tells least. */
const decisive = ({ stance, reasons }: Verdict): SystemReason | undefined =>
  (stance === "safe" ? reasons.find(({ system }) => system !== "host") : undefined) ?? reasons[0];

/** The name stands beside it already. */
export const withoutName = (text: string, name: string): string => {
  const prefix = [`${name}: `, `${name}'s `, `${name} `].find((each) => text.startsWith(each));
  return prefix === undefined ? text : text.slice(prefix.length);
};
