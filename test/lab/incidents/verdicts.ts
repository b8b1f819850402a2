import type { Expected } from "../support/incident.ts";

type Verdicts = Expected["verdicts"];

const OTHERS = ["web1", "web2", "web3"] as const;

/** One of the web hosts is in trouble: no other may be taken. */
export const noOther = (host: string, why: RegExp, itself: Verdicts[string]): Verdicts =>
  Object.fromEntries(OTHERS.map((name) => [name, name === host ? itself : ({ stance: "no", because: why } as const)]));

export const all = (verdict: Verdicts[string]): Verdicts => Object.fromEntries(OTHERS.map((name) => [name, verdict]));

/** One of the web hosts gets no visitors: of the other two neither goes before it is back. */
export const untilServes = (host: string): Verdicts =>
  Object.fromEntries(
    OTHERS.filter((name) => name !== host).map((name) => [
      name,
      { stance: "wait", because: new RegExp(`until ${host} serves again: web would have only`) } as const,
    ]),
  );
