import type { Desk } from "./desk.ts";
import { eraseAnswer, moveChoice, typeAnswer } from "./prompts.ts";
import { choicesShown, setFilter, setOverlay, type Overlay } from "./state.ts";
import { charactersOf } from "./text.ts";

/** Adds typed or pasted text to whatever takes text now. Only a secret may hold characters that cannot be drawn. */
export const type = (desk: Desk, text: string): void => {
  const { ui, question } = desk.scene();
  const line = text.replaceAll(/\p{C}/gu, "");
  if (question !== undefined) {
    desk.asking.store.setState((state) => typeAnswer(state, question.kind === "secret" ? text : line), true);
    return;
  }
  const { overlay } = ui;
  if (overlay === undefined || line === "") return;
  if (overlay.kind === "filter") desk.update((state) => setFilter(state, state.filter + line));
  else desk.update((state) => setOverlay(state, { ...overlay, text: overlay.text + line, at: 0 }));
};

export const erase = (desk: Desk, all: boolean): void => {
  const { ui, question } = desk.scene();
  if (question !== undefined) {
    desk.asking.store.setState((state) => eraseAnswer(state, all), true);
    return;
  }
  const { overlay } = ui;
  const shorter = (text: string): string => (all ? "" : charactersOf(text).slice(0, -1).join(""));
  if (overlay?.kind === "filter") desk.update((state) => setFilter(state, shorter(state.filter)));
  if (overlay?.kind === "picker")
    desk.update((state) => setOverlay(state, { ...overlay, text: shorter(overlay.text), at: 0 }));
};

/** Escape: a question is answered no, a filter goes back to what it was, a list closes. */
export const giveUp = (desk: Desk): void => {
  const { ui, question } = desk.scene();
  if (question !== undefined) {
    desk.asking.answer(undefined);
    return;
  }
  const { overlay } = ui;
  desk.update((state) => setOverlay(overlay?.kind === "filter" ? setFilter(state, overlay.before) : state, undefined));
};

/** Moves among the answers of a question. */
export const moveAnswer = (desk: Desk, towards: 1 | -1): void =>
  desk.asking.store.setState((state) => moveChoice(state, towards), true);

/** Up and down: along answers that stand one below the other, else through what is asked. */
export const stepQuestion = (desk: Desk, towards: 1 | -1): void => {
  if (desk.scene().shape?.isUpright === true) moveAnswer(desk, towards);
  else desk.scrollQuestion("line", towards);
};

/** Enter: answers the question, keeps the filter, takes the choice. */
export const take = (desk: Desk): void => {
  const { ui, question } = desk.scene();
  if (question !== undefined) {
    const { at, text } = desk.asking.store.getState();
    desk.asking.answer(question.kind === "choice" ? question.choices[at]?.id : text);
    return;
  }
  const { overlay } = ui;
  if (overlay?.kind === "picker") takeFrom(desk, overlay);
  else desk.update((state) => setOverlay(state, undefined));
};

const takeFrom = (desk: Desk, overlay: Extract<Overlay, { kind: "picker" }>): void => {
  const choice = choicesShown(overlay)[overlay.at];
  if (choice === undefined) return;
  if (choice.disabled !== undefined) {
    desk.refuse(overlay.of === "procedure" ? `run.${choice.id}` : choice.id, choice.disabled);
    return;
  }
  desk.update((state) => setOverlay(state, undefined));
  if (overlay.of === "cluster") desk.openCluster(choice.id);
  else if (overlay.of === "scenario") desk.setScenario(choice.id);
  else if (overlay.of === "procedure") desk.begin(choice.id);
  else desk.run(choice.id);
};
