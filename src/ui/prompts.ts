import { createStore, type StoreApi } from "zustand/vanilla";
import type { HostKeyQuestion, Prompts } from "../connect/access.ts";
import type { Severity } from "../systems/finding.ts";
import { charactersOf } from "./text.ts";

/** A question only the operator can answer; it stands over whatever is on screen until it is answered. */
export type Question = ChoiceQuestion | SecretQuestion;

/** Something to decide. The first choice changes nothing, is taken by escape, and is where the cursor begins. */
export interface ChoiceQuestion {
  readonly kind: "choice";
  readonly severity: Severity;
  readonly title: string;
  readonly body: readonly string[];
  readonly choices: readonly [Answer, ...Answer[]];
}

export interface Answer {
  readonly id: string;
  readonly label: string;
}

/** Something to type that must not be seen. */
export interface SecretQuestion {
  readonly kind: "secret";
  readonly title: string;
  readonly body: readonly string[];
}

export interface AskState {
  /** The question on screen; the others wait behind it. */
  readonly question?: Question;
  readonly waiting: number;
  /** The choice under the cursor. */
  readonly at: number;
  /** What was typed so far. Drawn as marks, and forgotten with the question. */
  readonly text: string;
}

export interface Asking {
  readonly prompts: Prompts;
  readonly store: StoreApi<AskState>;
  /** Answers the question on screen: a choice's id, the typed text, or undefined for giving up. */
  readonly answer: (answer: string | undefined) => void;
  /** Gives up on every question, those still to come included. */
  readonly close: () => void;
}

interface Pending {
  readonly question: Question;
  readonly resolve: (answer: string | undefined) => void;
}

const NOTHING: AskState = { waiting: 0, at: 0, text: "" };

/** A queue of questions, one on screen at a time, in the order they were asked. */
export const createPrompts = (): Asking => {
  const store = createStore<AskState>(() => NOTHING);
  let queue: readonly Pending[] = [];
  let closed = false;

  const show = (): void => {
    const [first, ...rest] = queue;
    store.setState(
      first === undefined ? NOTHING : { question: first.question, waiting: rest.length, at: 0, text: "" },
      true,
    );
  };
  const ask = (question: Question): Promise<string | undefined> =>
    new Promise((resolve) => {
      if (closed) {
        resolve(undefined);
        return;
      }
      queue = [...queue, { question, resolve }];
      if (queue.length === 1) show();
      else store.setState({ waiting: queue.length - 1 });
    });
  const answer = (given: string | undefined): void => {
    const [first, ...rest] = queue;
    queue = rest;
    show();
    first?.resolve(given);
  };
  return {
    store,
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

/** Adds what was typed or pasted into a secret. Line ends are not part of it. */
export const typeSecret = (state: AskState, text: string): AskState =>
  state.question?.kind === "secret" ? { ...state, text: state.text + text.replaceAll(/[\r\n]/g, "") } : state;

export const eraseSecret = (state: AskState, all: boolean): AskState => ({
  ...state,
  text: all ? "" : charactersOf(state.text).slice(0, -1).join(""),
});
