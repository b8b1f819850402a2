import { describeSend } from "../../connect/describe.ts";
import type { Action, Procedure, Step } from "../../procedures/procedure.ts";
import { duration, plural } from "../../systems/format.ts";
import type { Words } from "../prompts.ts";
import { cut } from "../text.ts";

/**
 * Every step with its commands, each as it will be sent and where. What is the same again is not said again: a long
 * command in its whole length once, and the steps of a host that differ from another's in its name alone as a line.
 */
export const planWords = (procedure: Procedure): readonly Words[] => {
  const say = createSayer(procedure);
  const names = namesIn(procedure);
  const firsts = new Map<string, string | undefined>();
  const words: Words[] = [];
  let alike: Alike | undefined;
  const tellAlike = (): void => {
    if (alike !== undefined) words.push(alikeWords(alike));
    alike = undefined;
  };
  for (const step of procedure.steps) {
    const host = hostOf(step, names);
    const shape = shapeOf(step, host);
    const first = firsts.get(shape);
    if (host === undefined || first === undefined || first === host) {
      tellAlike();
      firsts.set(shape, host);
      words.push(...stepWords(step, say));
    } else if (alike !== undefined && alike.host === host && alike.first === first)
      alike = { ...alike, steps: [...alike.steps, step] };
    else {
      tellAlike();
      alike = { host, first, steps: [step] };
    }
  }
  tellAlike();
  return words;
};

/** `; 51 of 100 commands, marked (stays), cannot be taken back`. */
export const undoWords = ({ steps }: Procedure): Words => {
  const actions = steps.flatMap((step) => step.actions);
  const without = actions.filter(({ undo }) => undo === undefined).length;
  const text =
    actions.length === 0
      ? "Undo: not needed, nothing is changed"
      : without === 0
        ? "Undo: u takes back what was sent, the last first"
        : without === actions.length
          ? "Undo: none. What is sent stays"
          : `Undo: u takes back what was sent, the last first; ${without} of ${plural(actions.length, "command")} cannot be taken back: in the list they end in (stays)`;
  return { text, tone: "plain", hang: 6 };
};

/** What stays of these steps when all is taken back, in a line; none where nothing does. */
export const keptWords = (steps: readonly Step[]): readonly Words[] => {
  const kept = steps.flatMap(({ keeps }) => (keeps === undefined ? [] : [keeps]));
  return kept.length === 0 ? [] : [{ text: `Not taken back: ${kept.join("; ")}.`, tone: "warning", hang: 2 }];
};

interface Alike {
  readonly host: string;
  readonly first: string;
  readonly steps: readonly Step[];
}

const alikeWords = ({ host, first, steps }: Alike): Words => {
  const [only] = steps;
  const what = steps.length === 1 && only !== undefined ? only.title : `${host}, ${steps.length} steps`;
  const sent = steps.reduce((sum, { actions }) => sum + actions.length, 0);
  const sends = sent === 0 ? "" : `, ${plural(sent, "command")}`;
  return { text: `- ${what}: the same as for ${first}${sends}`, tone: "plain", hang: 2 };
};

/** What commands go to, and what it is all done to: the names by which steps may differ. */
const namesIn = ({ steps, subject }: Procedure): readonly string[] => [
  ...new Set([subject, ...steps.flatMap(({ actions }) => actions.map(({ target }) => target))]),
];

/** The one name in its title; undefined where there are none or several. */
const hostOf = ({ title }: Step, names: readonly string[]): string | undefined => {
  const [first, ...more] = names.filter((name) => wordOf(name).test(title));
  return more.length === 0 ? first : undefined;
};

/** Not within another word; units are named such as `midwatch-upgrade-web2.service`, and described as `upgrade_of_web2`. */
const wordOf = (name: string): RegExp =>
  new RegExp(`(?<![A-Za-z0-9])${name.replaceAll(/[^A-Za-z0-9]/g, "\\$&")}(?![A-Za-z0-9])`, "g");

/** Everything of a step that is shown, with a blank for its host's name. */
const shapeOf = (step: Step, host: string | undefined): string => {
  const parts = [headOf(step), ...step.actions.map((action) => `${action.undo === undefined} ${commandOf(action)}`)];
  const text = parts.join("\n");
  return host === undefined ? text : text.replaceAll(wordOf(host), "\u0000");
};

const headOf = ({ actions, title, when, after }: Step): string => {
  const last = after.at(-1);
  const waits = actions.length > 0 || last === undefined ? "" : `, ${duration(last.deadlineMs)} at most`;
  return `${title}${waits}${when === undefined ? "" : " (only if it is chosen then)"}`;
};

const commandOf = ({ target, ask }: Action): string => `${target}  ${describeSend(ask.send, ask.privilege)}`;

/** Those of a step that is chosen later are dim. */
const stepWords = (step: Step, say: (action: Action) => string): readonly Words[] => {
  const tone = step.when === undefined ? "plain" : "dim";
  return [
    { text: step.actions.length === 0 ? `- ${headOf(step)}` : `- ${headOf(step)}:`, tone, hang: 2 },
    ...step.actions.map((action): Words => ({ text: say(action), tone, indent: 4, hang: 4 })),
  ];
};

/** From here on a command that comes again is only named. */
const LONG = 100;
const BRIEF = 44;

const createSayer = ({ steps }: Procedure): ((action: Action) => string) => {
  const all = steps.flatMap(({ actions }) => actions);
  const times = new Map<string, number>();
  for (const action of all) times.set(commandOf(action), (times.get(commandOf(action)) ?? 0) + 1);
  const isMixed = all.some(({ undo }) => undo !== undefined);
  const told = new Set<string>();
  return (action) => {
    const command = commandOf(action);
    const count = times.get(command) ?? 1;
    const isAgain = told.has(command);
    told.add(command);
    const stays = isMixed && action.undo === undefined ? " (stays)" : "";
    if (count === 1 || command.length < LONG) return `${command}${stays}`;
    return isAgain ? `${cut(command, BRIEF, "…")} (as above)${stays}` : `${command} (${count}× in all)${stays}`;
  };
};
