import { erase, giveUp, moveAnswer, stepQuestion, take } from "../answering.ts";
import type { Binding, Desk } from "../desk.ts";
import { move } from "../moves.ts";
import { TEXT_CONTEXTS } from "../scene.ts";

const stepItem = (desk: Desk, towards: 1 | -1): void => {
  if (desk.scene().question === undefined) move(desk, "line", towards);
  else stepQuestion(desk, towards);
};

/** Lines at a time through a long question. */
const QUESTION_PAGE = 6;

/** Questions, lists and fields. */
export const ANSWERS: readonly Binding[] = [
  {
    action: "take",
    group: "answer",
    title: "Take what is marked or typed",
    contexts: ["filter", "picker", "choice", "entry", "secret"],
    footer: { label: "ok", rank: 1 },
    run: take,
  },
  {
    action: "giveUp",
    group: "answer",
    title: "Leave it as it was; no",
    contexts: ["filter", "picker", "choice", "entry", "secret"],
    footer: { label: "cancel", rank: 2 },
    run: giveUp,
  },
  {
    action: "nextChoice",
    group: "answer",
    title: "The answer to the right",
    contexts: ["choice"],
    footer: { label: "answer", beside: ["previousChoice"], rank: 3 },
    run: (desk) => moveAnswer(desk, 1),
  },
  {
    action: "nextItem",
    group: "answer",
    title: "Down the list; down a long question",
    contexts: ["picker", "choice"],
    footer: { label: "choose", beside: ["previousItem"], rank: 3 },
    run: (desk) => stepItem(desk, 1),
  },
  {
    action: "previousItem",
    group: "answer",
    title: "Up the list; up a long question",
    contexts: ["picker", "choice"],
    run: (desk) => stepItem(desk, -1),
  },
  ...([1, -1] as const).map((towards): Binding => {
    const isDown = towards === 1;
    return {
      action: isDown ? "nextLines" : "previousLines",
      group: "answer",
      title: isDown ? "Further down in a long question" : "Further up in a long question",
      contexts: ["choice", "entry"],
      ...(isDown ? { footer: { label: "scroll", beside: ["previousLines"], rank: 4 } } : {}),
      run: (desk) => desk.scrollQuestion(towards * QUESTION_PAGE),
    };
  }),
  {
    action: "previousChoice",
    group: "answer",
    title: "The answer to the left",
    contexts: ["choice"],
    run: (desk) => moveAnswer(desk, -1),
  },
  {
    action: "erase",
    group: "type",
    title: "Erase a character",
    contexts: TEXT_CONTEXTS,
    run: (desk) => erase(desk, false),
  },
  {
    action: "eraseAll",
    group: "type",
    title: "Erase everything typed",
    contexts: TEXT_CONTEXTS,
    run: (desk) => erase(desk, true),
  },
];
