import { plural } from "../systems/format.ts";
import type { Story } from "../safety/stories.ts";
import type { Severity } from "../systems/finding.ts";
import type { SystemPicture } from "./picture.ts";
import type { Slot } from "./slots.ts";

/** The first line of the screen: the worst finding, how many more, and what to do; or that all is well; or what is not known. */
export const headlineOf = (
  overall: Severity,
  stories: readonly Story[],
  systems: readonly SystemPicture[],
  slots: ReadonlyMap<string, Slot>,
  /** What is being done to a host by a procedure that runs. */
  atWork: (host: string) => string | undefined,
): { readonly headline: string; readonly next?: string } => {
  const [worst, ...others] = stories.filter((story) => story.severity !== "info");
  if (worst !== undefined) {
    const { length } = others.filter(({ root }) => root.clearing !== true);
    const more = length === 0 ? "" : ` (and ${plural(length, "more problem", "more problems")})`;
    const { text, host } = worst.root;
    const next = nextBeside(host === undefined ? undefined : atWork(host), worst.root.next);
    return { headline: `${text}${more}`, ...(next === undefined ? {} : { next }) };
  }
  const waiting = [...slots.values()].filter((slot) => slot.takenSeq === 0).length;
  if (waiting > 0 && overall !== "ok")
    return { headline: `first answers are coming: ${slots.size - waiting} of ${slots.size}` };
  const dark = systems.filter((system) => system.pane.severity === "unknown").map((system) => system.title);
  if (dark.length > 0) return { headline: `not fully known: ${dark.join(", ")}` };
  if (waiting > 0) return { headline: `nothing wrong seen so far: ${slots.size - waiting} of ${slots.size} answers` };
  const [working] = stories.flatMap(({ root: { host } }) => (host === undefined ? [] : (atWork(host) ?? [])));
  return { headline: working === undefined ? "all well" : `nothing wrong beside the ${working}, which is at work` };
};

/** Whoever works on a host stops things there on purpose: nobody is told to start them again behind its back. */
const nextBeside = (atWork: string | undefined, next: string | undefined): string | undefined => {
  if (atWork === undefined) return next;
  const leave = `leave it to the ${atWork}`;
  const alone = `${leave}, which is at work there`;
  return next === undefined || next === leave ? alone : `${alone}; if it is not its doing: ${next}`;
};
