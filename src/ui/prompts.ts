import { createStore, type StoreApi } from "zustand/vanilla";
import type { HostKeyQuestion, Prompts } from "../connect/access.ts";
import type { Severity } from "../systems/finding.ts";
import type { Tone } from "../systems/pane.ts";
import { charactersOf } from "./text.ts";

/** A question only the operator can answer; it stands over whatever is on screen until it is answered. */
export type Question = ChoiceQuestion | SecretQuestion | EntryQuestion;

/** A paragraph of a question, `indent` columns in; continued lines begin `hang` columns further in, so that a list stays one. */
export type Words =
  | string
  | { readonly text: string; readonly tone: Tone; readonly indent?: number; readonly hang?: number };

/** Something to decide. The first choice changes nothing, is taken by escape, and is where the cursor begins. */
export interface ChoiceQuestion {
  readonly kind: "choice";
  readonly severity: Severity;
  readonly title: string;
  readonly body: readonly Words[];
  readonly choices: readonly [Answer, ...Answer[]];
  /** One below the other, for answers that are sentences. */
  readonly list?: true;
}

export interface Answer {
  readonly id: string;
  readonly label: string;
  /** Said below the list while it is marked. */
  readonly about?: string;
}

/** Something to type that must not be seen. */
export interface SecretQuestion {
  readonly kind: "secret";
  readonly title: string;
  readonly body: readonly Words[];
}

/** Something to type in the open: a reason, a name. */
export interface EntryQuestion {
  readonly kind: "entry";
  readonly severity: Severity;
  readonly title: string;
  readonly body: readonly Words[];
  /** Stands there already. */
  readonly text: string;
}

export interface AskState {
  /** The question on screen; the others wait behind it. */
  readonly question?: Question;
  readonly waiting: number;
  /** The choice under the cursor. */
  readonly at: number;
  /** What was typed so far. A secret is drawn as marks; both are forgotten with the question. */
  readonly text: string;
  /** First line of the body in sight, where it is longer than the screen. */
  readonly top: number;
}

export interface Asking {
  readonly prompts: Prompts;
  readonly store: StoreApi<AskState>;
  /** Resolves to a choice's id or the typed text; to undefined when given up, or when `until` aborts. */
  readonly ask: (question: Question, until?: AbortSignal) => Promise<string | undefined>;
  /** Answers the question on screen: a choice's id, the typed text, or undefined for giving up. */
  readonly answer: (answer: string | undefined) => void;
  /** Gives up on every question, those still to come included. */
  readonly close: () => void;
}

interface Pending {
  readonly question: Question;
  readonly resolve: (answer: string | undefined) => void;
}

const NOTHING: AskState = { waiting: 0, at: 0, text: "", top: 0 };

/** A queue of questions, one on screen at a time, in the order they were asked. */
export const createPrompts = (): Asking => {
  const store = createStore<AskState>(() => NOTHING);
  let queue: readonly Pending[] = [];
  let closed = false;

  const show = (): void => {
    const [first, ...rest] = queue;
    if (first === undefined) {
      store.setState(NOTHING, true);
      return;
    }
    const { question } = first;
    const text = question.kind === "entry" ? question.text : "";
    store.setState({ ...NOTHING, question, waiting: rest.length, text }, true);
  };
  const ask: Asking["ask"] = (question, until) =>
    new Promise((resolve) => {
      if (closed || until?.aborted === true) {
        resolve(undefined);
        return;
      }
      const pending = { question, resolve };
      until?.addEventListener("abort", () => withdraw(pending), { once: true });
      queue = [...queue, pending];
      if (queue.length === 1) show();
      else store.setState({ waiting: queue.length - 1 });
    });
  /** What it was asked for has gone. */
  const withdraw = (pending: Pending): void => {
    if (!queue.includes(pending)) return;
    const wasFirst = queue[0] === pending;
    queue = queue.filter((each) => each !== pending);
    if (wasFirst) show();
    else store.setState({ waiting: queue.length - 1 });
    pending.resolve(undefined);
  };
  const answer = (given: string | undefined): void => {
    const [first, ...rest] = queue;
    queue = rest;
    show();
    first?.resolve(given);
  };
  return {
    store,
    ask,
    answer,
    close: () => {
      closed = true;
      while (queue.length > 0) answer(undefined);
    },
    prompts: {
      hostKey: async (question) => {
        const given = await ask(hostKeyQuestion(question));
        return given === "once" || given === "save" ? given : "refuse";
      },
      passphrase: ({ keyPath, host, attempt }) =>
        ask({
          kind: "secret",
          title: "passphrase",
          body: [
            ...(attempt > 1 ? ["That was not it. Once more:"] : []),
            `The key ${keyPath} is locked; it is needed for ${host}.`,
          ],
        }),
    },
  };
};

const hostKeyQuestion = ({ host, address, port, keyType, fingerprint }: HostKeyQuestion): Question => ({
  kind: "choice",
  severity: "unknown",
  title: `unknown host key: ${host}`,
  body: [
    `${host} (${address}:${port}) shows a key that no known_hosts file holds:`,
    "",
    keyType,
    fingerprint,
    "",
    "Trust it only if it is the one that ssh-keygen -l prints on that host itself.",
  ],
  choices: [
    { id: "refuse", label: "Refuse" },
    { id: "once", label: "Trust once" },
    { id: "save", label: "Trust and save" },
  ],
});

/** Moves the cursor among the choices, stopping at both ends. */
export const moveChoice = (state: AskState, by: number): AskState =>
  state.question?.kind === "choice"
    ? { ...state, at: Math.max(0, Math.min(state.question.choices.length - 1, state.at + by)) }
    : state;

/** Adds what was typed or pasted. Line ends are not part of it. */
export const typeAnswer = (state: AskState, text: string): AskState =>
  takesText(state) ? { ...state, text: state.text + text.replaceAll(/[\r\n]/g, "") } : state;

export const eraseAnswer = (state: AskState, all: boolean): AskState => ({
  ...state,
  text: all ? "" : charactersOf(state.text).slice(0, -1).join(""),
});

const takesText = ({ question }: AskState): boolean => question?.kind === "secret" || question?.kind === "entry";

/** Moves through a body that is longer than the screen; how far it goes is known to who draws it. */
export const scrollBody = (state: AskState, by: number, last: number): AskState => ({
  ...state,
  top: Math.max(0, Math.min(last, state.top + by)),
});
