import { erase, giveUp, moveAnswer, stepQuestion, take } from "../answering.ts";
import type { Binding, Desk } from "../desk.ts";
import { move, type Step } from "../moves.ts";
import { TEXT_CONTEXTS, type Scene } from "../scene.ts";

const stepItem = (desk: Desk, towards: 1 | -1): void => {
  if (desk.scene().question === undefined) move(desk, "line", towards);
  else stepQuestion(desk, towards);
};

const isLong = ({ shape }: Scene): boolean => shape !== undefined && shape.lastTop > 0;

const hasAnswers = ({ question }: Scene): boolean => question?.kind === "choice" && question.choices.length > 1;

const scroller = (action: string, title: string, step: Step, towards: 1 | -1): Binding => ({
  action,
  group: "answer",
  title,
  contexts: ["choice", "entry"],
  run: (desk) => desk.scrollQuestion(step, towards),
});

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
    footer: {
      label: "answer",
      beside: ["previousChoice"],
      rank: 3,
      when: (scene) => hasAnswers(scene) && scene.shape?.isUpright !== true,
    },
    run: (desk) => moveAnswer(desk, 1),
  },
  {
    action: "nextItem",
    group: "answer",
    title: "Down the list; down a long question",
    contexts: ["picker", "choice"],
    footer: {
      label: "choose",
      beside: ["previousItem"],
      rank: 3,
      when: (scene) => scene.question === undefined || (hasAnswers(scene) && scene.shape?.isUpright === true),
    },
    run: (desk) => stepItem(desk, 1),
  },
  {
    action: "previousItem",
    group: "answer",
    title: "Up the list; up a long question",
    contexts: ["picker", "choice"],
    run: (desk) => stepItem(desk, -1),
  },
  {
    ...scroller("nextLines", "A page down in a long question", "page", 1),
    footer: { label: "page", beside: ["previousLines"], rank: 4, when: isLong },
  },
  scroller("previousLines", "A page up in a long question", "page", -1),
  {
    ...scroller("lastLines", "To the end of a long question", "end", 1),
    footer: { label: "jump", beside: ["firstLines"], rank: 5, when: isLong },
  },
  scroller("firstLines", "To the beginning of a long question", "end", -1),
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
