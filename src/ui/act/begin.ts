import type { Planned, ProcedureKind } from "../../procedures/kind.ts";
import type { Procedure } from "../../procedures/procedure.ts";
import type { Asking, ChoiceQuestion } from "../prompts.ts";
import { SIGN } from "../theme.ts";
import { beginQuestion } from "./dialog.ts";
import type { OperatorHand } from "./hand.ts";
import { agreementId, lookAtGates, wantsWord, type Looked } from "./look.ts";
import type { Agreed } from "./walk.ts";

/** Every step here is a question whose first answer leaves everything as it is; undefined means: given up. */
type Ask = Asking["ask"];

/** A line that must not be empty. */
export const askReason = async (ask: Ask, title: string, about: string, text = ""): Promise<string | undefined> => {
  const said = await ask({ kind: "entry", severity: "info", title, body: [about, "Escape leaves it."], text });
  const reason = said?.trim() ?? "";
  return reason === "" ? undefined : reason;
};

/** What is chosen before it is planned: each option with what it falls back to, until it is gone on with. */
export const askOptions = async (
  ask: Ask,
  { title, about, options }: ProcedureKind,
  subject: string,
): Promise<ReadonlyMap<string, string> | undefined> => {
  const chosen = new Map(options.map(({ name, fallback }) => [name, fallback]));
  while (options.length > 0) {
    const answer = await ask({
      kind: "choice",
      severity: "info",
      title: `${title}: ${subject}`,
      body: [about],
      list: true,
      choices: [
        { id: "", label: "Go on with these", about: "Nothing is sent yet. To change one, go to it and take it." },
        ...options.map(({ name, about }) => ({ id: name, label: `${name} = ${chosen.get(name) || "-"}`, about })),
      ],
    });
    if (answer === undefined) return undefined;
    if (answer === "") break;
    const option = options.find(({ name }) => name === answer);
    if (option === undefined) break;
    const { name, choices, about: what } = option;
    const given =
      choices === undefined
        ? await ask({ kind: "entry", severity: "info", title: name, body: [what], text: chosen.get(name) ?? "" })
        : await ask(choiceOf(name, what, choices));
    if (given !== undefined) chosen.set(name, given.trim());
  }
  return chosen;
};

const choiceOf = (name: string, about: string, choices: readonly string[]): ChoiceQuestion => {
  const [first = { id: "", label: "-" }, ...rest] = choices.map((id) => ({ id, label: id === "" ? "-" : id }));
  return {
    kind: "choice",
    severity: "info",
    title: name,
    body: [about],
    list: true,
    choices: [first, ...rest],
  };
};

/** What was agreed to. */
export interface Agreement {
  readonly reason: string;
  readonly agreed: ReadonlyMap<string, Agreed>;
}

/** Looks at the gates, then asks. Nothing has been sent when it resolves. */
export const askToBegin = async (
  ask: Ask,
  hand: OperatorHand,
  procedure: Procedure,
  title: string,
  reasonSoFar: string,
): Promise<Agreement | undefined> => {
  let reason = reasonSoFar;
  const looked = await looking(ask, hand, procedure);
  if (looked === undefined) return undefined;
  for (;;) {
    const answer = await ask(beginQuestion(procedure, title, looked, reason));
    if (answer === "reason") {
      reason = (await askReason(ask, procedure.title, "Why? It goes to the audit.", reason)) ?? reason;
      continue;
    }
    if (answer !== "begin") return undefined;
    const agreed = await askWords(
      ask,
      procedure,
      looked.filter((each) => !each.isLater && wantsWord(each)),
    );
    return agreed === undefined ? undefined : { reason, agreed };
  }
};

const looking = (ask: Ask, { sight }: OperatorHand, procedure: Procedure): Promise<readonly Looked[] | undefined> =>
  behindBox(ask, procedure.title, "Looking at what must hold before anything is sent …", (left) =>
    lookAtGates(procedure, sight, left),
  );

/** Asks the hosts what it would do there; undefined when that was not waited for. */
export const askPlan = (
  ask: Ask,
  { sight }: OperatorHand,
  kind: ProcedureKind,
  subject: string,
  options: ReadonlyMap<string, string>,
): Promise<Planned | undefined> =>
  behindBox(ask, `${kind.title}: ${subject}`, "Asking the hosts what it would do there …", () =>
    kind.plan({ subject, options, view: sight.view(0), reads: sight }),
  );

/** A box to wait behind, which can be left; what comes then is of no interest any more. */
const behindBox = async <T>(
  ask: Ask,
  title: string,
  text: string,
  work: (left: AbortSignal) => Promise<T>,
): Promise<T | undefined> => {
  const seen = new AbortController();
  const left = new AbortController();
  const box = ask(
    {
      kind: "choice",
      severity: "info",
      title,
      body: [text, "Nothing is sent by looking."],
      choices: [{ id: "cancel", label: "Cancel" }],
    },
    seen.signal,
  );
  const leaving = box.then((): undefined => {
    left.abort();
    return undefined;
  });
  try {
    return await Promise.race([work(left.signal), leaving]);
  } finally {
    seen.abort();
  }
};

const askWords = async (
  ask: Ask,
  procedure: Procedure,
  shut: readonly Looked[],
): Promise<ReadonlyMap<string, Agreed> | undefined> => {
  const agreed = new Map<string, Agreed>();
  for (const { step, gate, now } of shut) {
    const why = await askOverride(ask, procedure.title, gate, now.value);
    if (why === undefined) return undefined;
    agreed.set(agreementId(step, gate), { value: now.value, why });
  }
  return agreed;
};

/** The gate's word, typed, and why; undefined when either is not given. */
export const askOverride = async (
  ask: Ask,
  title: string,
  gate: Looked["gate"],
  value: string,
): Promise<string | undefined> => {
  const word = gate.overridable;
  if (word === undefined) return undefined;
  const shut = { text: `${SIGN.critical} ${gate.wanted}: ${value}`, tone: "critical", hang: 2 } as const;
  let remark = "";
  for (;;) {
    const typed = await ask({
      kind: "entry",
      severity: "critical",
      title: `${title}: all the same?`,
      body: [shut, `To go on, type ${word}. Escape leaves everything as it is.`, remark],
      text: "",
    });
    if (typed === undefined) return undefined;
    if (typed.trim() === word) break;
    remark = `"${typed}" is not ${word}.`;
  }
  return askReason(ask, title, "Why it goes on all the same. It goes to the audit, beside what was seen.");
};
