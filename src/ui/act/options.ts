import type { Cluster } from "../../inventory/cluster.ts";
import type { ProcedureKind, ProcedureOption } from "../../procedures/kind.ts";
import { optionFault, optionValue } from "../../procedures/option-values.ts";
import type { Procedure } from "../../procedures/procedure.ts";
import type { Answer, Asking, ChoiceQuestion } from "../prompts.ts";
import { behindBox } from "./behind-box.ts";
import type { OperatorHand } from "./hand.ts";
import { noPlanQuestion } from "./questions.ts";

type Ask = Asking["ask"];
type Chosen = ReadonlyMap<string, string>;

/**
 * What is chosen, and the plan made of it. Where nothing can be planned the choice comes back as it was typed; undefined
 * means: given up.
 */
export const askPlan = async (
  ask: Ask,
  hand: OperatorHand,
  kind: ProcedureKind,
  subject: string,
): Promise<Procedure | undefined> => {
  const { sight } = hand;
  const title = `${kind.title}: ${subject}`;
  let chosen: Chosen = new Map(kind.options.map(({ name, fallback }) => [name, fallback]));
  for (;;) {
    const view = sight.view(0);
    const options = await askOptions(ask, kind, title, chosen, view.cluster);
    if (options === undefined) return undefined;
    const planned = await behindBox(ask, title, "Asking the hosts what it would do there …", () =>
      kind.plan({ subject, options, view: sight.view(0), reads: sight }),
    );
    if (planned === undefined || planned.ok) return planned?.procedure;
    if ((await ask(noPlanQuestion(title, planned.why, kind.options.length > 0))) !== "change") return undefined;
    chosen = options;
  }
};

/** Each option with what it is so far, until it is gone on with. What is wrong is said where it was typed. */
const askOptions = async (
  ask: Ask,
  { about, options }: ProcedureKind,
  title: string,
  before: Chosen,
  cluster: Cluster,
): Promise<Chosen | undefined> => {
  const chosen = new Map(before);
  const shown = (option: ProcedureOption): string => valueWords(option, chosen.get(option.name) ?? "");
  const meant = ({ name, means }: ProcedureOption): string => {
    const meaning = means?.[chosen.get(name) ?? ""];
    return meaning === undefined ? "" : ` (${meaning.brief})`;
  };
  while (options.length > 0) {
    const answer = await ask({
      kind: "choice",
      severity: "info",
      title,
      body: [about],
      list: true,
      choices: [
        { id: "", label: "Go on with these", about: "Nothing is sent yet. To change one, go to it and take it." },
        ...options.map((option) => ({
          id: option.name,
          label: `${option.name} = ${shown(option)}${meant(option)}`,
          about: option.about,
        })),
      ],
    });
    if (answer === undefined) return undefined;
    const option = options.find(({ name }) => name === answer);
    if (option === undefined) break;
    const given = await askOption(ask, option, shown(option), cluster);
    if (given !== undefined) chosen.set(option.name, optionValue(option, given));
  }
  return chosen;
};

const NOT_SAID = "-";

const valueWords = ({ whenEmpty = NOT_SAID }: ProcedureOption, value: string): string =>
  value === "" ? whenEmpty : value;

/** Until it may be taken; undefined leaves it as it was. */
const askOption = async (
  ask: Ask,
  option: ProcedureOption,
  shown: string,
  cluster: Cluster,
): Promise<string | undefined> => {
  const { name, about, choices } = option;
  if (choices !== undefined) return ask(choiceOf(option, choices));
  let text = shown === NOT_SAID ? "" : shown;
  let fault: string | undefined;
  for (;;) {
    const given = await ask({
      kind: "entry",
      severity: fault === undefined ? "info" : "warning",
      title: name,
      body: [about, ...(fault === undefined ? [] : [{ text: `${name}=${text}: ${fault}`, tone: "warning" } as const])],
      text,
    });
    if (given === undefined) return undefined;
    fault = optionFault(option, given, cluster);
    if (fault === undefined) return given;
    text = given.trim();
  }
};

const choiceOf = ({ name, about, means }: ProcedureOption, choices: readonly string[]): ChoiceQuestion => {
  const [first, ...rest] = choices.map((id): Answer => {
    const meaning = means?.[id];
    return meaning === undefined
      ? { id, label: id === "" ? NOT_SAID : id }
      : { id, label: `${id}: ${meaning.brief}`, about: meaning.more };
  });
  return {
    kind: "choice",
    severity: "info",
    title: name,
    body: [about],
    list: true,
    choices: [first ?? { id: "", label: NOT_SAID }, ...rest],
  };
};
