import type { Procedure } from "../../procedures/procedure.ts";
import type { Asking, Words } from "../prompts.ts";
import { SIGN } from "../theme.ts";
import { behindBox } from "./behind-box.ts";
import { consoleWords } from "./console-words.ts";
import { beginQuestion } from "./dialog.ts";
import type { OperatorHand } from "./hand.ts";
import { agreementId, lookAtGates, wantsWord, type Looked } from "./look.ts";
import type { Agreed } from "./walk.ts";

/** Every step here is a question whose first answer leaves everything as it is; undefined means: given up. */
type Ask = Asking["ask"];

/** A line that must not be empty; `text` stands there already. */
export const askReason = async (
  ask: Ask,
  title: string,
  about: readonly string[],
  text = "",
): Promise<string | undefined> => {
  let remark: readonly Words[] = [];
  for (;;) {
    const said = await ask({ kind: "entry", severity: "info", title, body: [...about, ...remark], text });
    if (said === undefined) return undefined;
    if (said.trim() !== "") return said.trim();
    remark = [{ text: "A change without a reason is none. Escape leaves everything as it is.", tone: "warning" }];
  }
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
      reason = (await askReason(ask, procedure.title, ["Why? It goes to the audit."], reason)) ?? reason;
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
  const shut = { text: `${SIGN.critical} ${gate.wanted}: ${consoleWords(value)}`, tone: "critical", hang: 2 } as const;
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
  return askReason(ask, title, ["Why it goes on all the same. It goes to the audit, beside what was seen."]);
};
