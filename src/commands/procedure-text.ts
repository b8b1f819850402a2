import { describeSend } from "../connect/describe.ts";
import type { Sent } from "../procedures/carry.ts";
import type { Ended, ProcedureEvent } from "../procedures/events.ts";
import type { ProcedureKind } from "../procedures/kind.ts";
import type { GateValue, Procedure } from "../procedures/procedure.ts";
import { duration } from "../systems/format.ts";

const MARKS: Readonly<Record<GateValue["state"], string>> = {
  open: "ok",
  waiting: "wait",
  closed: "NO",
  unknown: "UNKNOWN",
};

/** What can be run, with what each takes. */
export const procedureList = (kinds: readonly ProcedureKind[]): string =>
  kinds
    .map(({ name, about, on, options }) =>
      [
        `${name.padEnd(16)} ${about}`,
        `${"".padEnd(16)} midwatch run ${name}${on === "host" ? " --host HOST" : ""}`,
        ...options.map((option) => `${"".padEnd(16)} --set ${option.name}=${option.fallback || "…"}  ${option.about}`),
        "",
      ].join("\n"),
    )
    .join("");

/** The whole plan: every step, what it would send, what it waits for, and what stays if it stops there. */
export const planText = (procedure: Procedure): string =>
  [
    ...procedure.warnings.map((warning) => `note: ${warning}`),
    ...procedure.steps.flatMap((step, index) => [
      `${index + 1}. ${step.title}${step.when === undefined ? "" : " (only if chosen)"}`,
      `     why    ${step.why}`,
      ...step.before.map((gate) => `     gate   ${gate.wanted}`),
      ...step.actions.map(({ target, ask }) => `     sends  ${target}: ${describeSend(ask.send, ask.privilege)}`),
      ...step.after.map((gate) => `     until  ${gate.wanted} (at most ${duration(gate.deadlineMs)})`),
      ...(step.late === undefined ? [] : [`     then   ${step.late.map(({ id }) => id).join(" | ")}`]),
    ]),
    "",
  ].join("\n");

export const gateText = (wanted: string, { state, value, expectedMs }: GateValue): string =>
  `${MARKS[state].padEnd(7)} ${wanted}: ${value}${expectedMs === undefined ? "" : `, about ${duration(expectedMs)} more`}`;

/** Between two lines about the same gate, when nothing but a figure changes. */
const TELL_EVERY_MS = 5_000;

/** Events as plain lines; progress at a readable pace. */
export const eventPrinter = (print: (line: string) => void): ((event: ProcedureEvent) => void) => {
  let told = { gate: "", atMs: 0, value: "" };
  return (event) => {
    switch (event.kind) {
      case "step":
        if (event.state !== "done") print(`${event.state === "started" ? "step" : "skip"}    ${event.step.title}`);
        break;
      case "gate": {
        const { gate, now, elapsedMs, final } = event;
        const first = told.gate !== `${event.step} ${gate.id}`;
        const moved = now.value !== told.value && elapsedMs - told.atMs >= TELL_EVERY_MS;
        if (!final && !moved && !(first && elapsedMs > 1_000)) break;
        told = { gate: `${event.step} ${gate.id}`, atMs: elapsedMs, value: now.value };
        print(`  ${gateText(gate.wanted, now)}`);
        break;
      }
      case "sending":
        break;
      case "already":
        print(`  so already  ${event.action.id}`);
        break;
      case "sent": {
        const { action, undo, outcome } = event;
        const ask = undo ? (action.undo ?? action.ask) : action.ask;
        const result = outcome.state === "done" ? "" : `: ${outcome.state}, ${outcome.why}`;
        print(`  ${undo ? "back" : "sent"}    ${action.target}: ${describeSend(ask.send, ask.privilege)}${result}`);
        break;
      }
      case "answered":
        print(`  decided ${event.choice.title}`);
        break;
    }
  };
};

/** The last word: how it ended, what stays behind, and the way on. */
export const endText = (procedure: Procedure, ended: Ended, invoke: (words: string) => string): string => {
  switch (ended.state) {
    case "done":
      return `done: ${procedure.title}`;
    case "undone":
      return `taken back: ${procedure.title} (${ended.why})`;
    case "stopped":
      if (ended.clean) return `not begun: ${procedure.title}: ${ended.why}\n  nothing was sent`;
      return [
        `stopped: ${procedure.title}${ended.step === undefined ? "" : ` at "${ended.step.title}"`}: ${ended.why}`,
        ...(ended.step === undefined ? [] : [`  now: ${ended.step.stays}`]),
        `  next: ${invoke("journal resume")}`,
        `    or: ${invoke("journal undo")}`,
      ].join("\n");
  }
};

/** The last word when journal or audit could no longer be written: what is so all the same, and the way on. */
export const unrecordedText = (
  procedure: Procedure,
  { why, sent, begun }: { readonly why: string; readonly sent: readonly Sent[]; readonly begun: boolean },
  invoke: (words: string) => string,
): string => {
  const changes = sent.filter(({ order }) => order.about?.action.startsWith("log ") !== true);
  if (changes.length === 0 && !begun)
    return `not begun: ${procedure.title}: ${why}\n  nothing was sent; make room first`;
  return [
    `stopped: ${procedure.title}: ${why}`,
    changes.length === 0
      ? "  nothing was sent in this run"
      : "  sent in this run, the last of it perhaps not in writing:",
    ...changes.map(
      ({ order: { target, ask }, outcome }) =>
        `    ${target}: ${describeSend(ask.send, ask.privilege)}: ${outcome?.state ?? "not known"}`,
    ),
    `  next: make room, then ${invoke("journal resume")}`,
    `    or: ${invoke("journal undo")}`,
  ].join("\n");
};

/** 0 done, 1 not begun and nothing sent, 2 stopped with something left to do, 3 taken back. */
export const endExitCode = (ended: Ended): number => {
  if (ended.state === "done") return 0;
  if (ended.state === "undone") return 3;
  return ended.clean ? 1 : 2;
};
