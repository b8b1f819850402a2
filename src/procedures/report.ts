import { wasSent, type Standing } from "../record/replay.ts";
import { versionRows } from "./report-versions.ts";
import { oneLine } from "./report-words.ts";

/** What was done, for the ticket: who, what, when, every gate's value; made from the journal alone. Markdown. */
export const reportText = (standing: Standing): string => {
  const { opened, hand, changes, gates } = standing;
  return [
    `# ${opened.procedure} of ${opened.subject}, cluster ${opened.cluster}`,
    "",
    `- **Result:** ${resultOf(standing)}`,
    `- **Who:** ${hand.operator} on ${hand.machine}`,
    `- **Why:** ${oneLine(opened.reason)}`,
    `- **From** ${time(opened.atMs)} **to** ${time(standing.lastAtMs)}`,
    `- **Lock:** ${hand.fence === undefined ? "without the cluster's lock" : `token ${hand.fence}`}`,
    `- **Journal:** ${opened.id}`,
    "",
    "## Steps",
    "",
    ...opened.steps.map(({ id, title }, index) => `${index + 1}. ${title}: ${stepState(standing, id)}`),
    "",
    ...versionRows(gates),
    "## Gates",
    "",
    "| when | step | wanted | was | |",
    "| --- | --- | --- | --- | --- |",
    ...gates.map(
      ({ atMs, step, wanted, value, state, why }) =>
        `| ${time(atMs)} | ${oneLine(step)} | ${oneLine(wanted)} | ${oneLine(value)} | ${state}${why === undefined ? "" : `: ${oneLine(why)}`} |`,
    ),
    "",
    "## Sent",
    "",
    "| when | where | what | result |",
    "| --- | --- | --- | --- |",
    ...changes.map(
      ({ atMs, target, sent, undo, outcome }) =>
        `| ${time(atMs)} | ${oneLine(target)} | ${undo ? "(taken back) " : ""}\`${oneLine(sent)}\` | ${outcome ?? "not known"} |`,
    ),
    "",
  ].join("\n");
};

const resultOf = ({ phase, result, why }: Standing): string => {
  const because = why === undefined ? "" : `, because: ${oneLine(why)}`;
  if (phase !== "closed") return `not finished${phase === "undoing" ? ", being taken back" : ""}${because}`;
  return result === "done" ? "done" : `${result === "undone" ? "taken back" : "left"}${because}`;
};

const stepState = (standing: Standing, id: string): string => {
  const { finished, leftOut, step, answers } = standing;
  const back = takenBack(standing, id);
  if (back !== undefined) return back;
  const answer = answers.has(id) ? ` (decided: ${answers.get(id)})` : "";
  if (leftOut.has(id)) return "not needed";
  if (finished.has(id)) return `done${answer}`;
  return step === id ? `not finished${answer}` : "not begun";
};

/** How far what a step sent was taken back, once that was begun; undefined for one that sent nothing. */
const takenBack = ({ phase, result, changes }: Standing, id: string): string | undefined => {
  if (phase !== "undoing" && result !== "undone") return undefined;
  const sent = changes.filter((change) => change.step === id && wasSent(change));
  if (sent.length === 0) return undefined;
  // Begun more than once the last one counts.
  const back = new Map(
    changes.flatMap((change) => (change.step === id && change.undo ? [[change.action, change.outcome]] : [])),
  );
  if (back.size === 0) return result === "undone" ? "done, and not taken back" : "not taken back yet";
  return [...back.values()].every((outcome) => outcome === "done") ? "taken back" : "not taken back as a whole";
};

const time = (atMs: number): string => new Date(atMs).toISOString().replace(/\.\d+Z$/, "Z");
