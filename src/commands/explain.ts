import { nearest } from "../inventory/nearest.ts";
import { EXIT, problem } from "../inventory/problem.ts";
import { systems } from "../systems/registry.ts";
import type { Rule } from "../systems/rule.ts";
import { CommandFailure } from "./failure.ts";

const RAISE: Readonly<Record<Rule["raise"], string>> = {
  "at-once": "with the first bad answer; clears after three good ones, asked within seconds",
  twice: "after two bad answers in a row; clears after three good ones; both asked within seconds",
};

/** `midwatch explain ID`: one entry of the findings' catalogue. Without an id, all of them in a line each. */
export const runExplain = (id: string | undefined): void => {
  const rules = systems.flatMap((system) => system.rules);
  if (id === undefined) {
    const width = Math.max(...rules.map((rule) => rule.id.length));
    for (const rule of rules) console.log(`${rule.id.padEnd(width)}  ${rule.when}`);
    return;
  }
  const rule = rules.find((each) => each.id === id);
  if (rule === undefined) {
    const near = nearest(
      id,
      rules.map((each) => each.id),
    );
    throw new CommandFailure([
      problem({
        what: `no finding "${id}"${near === undefined ? "" : `; did you mean ${near}?`}`,
        fix: "midwatch explain   lists them all",
        exitCode: EXIT.usage,
      }),
    ]);
  }
  console.log(
    [
      `${rule.id}   ${rule.severities.join(", ")}`,
      `  when    ${rule.when}`,
      `  means   ${rule.means}`,
      `  next    ${rule.next}`,
      `  raised  ${RAISE[rule.raise]}`,
      `  source  ${rule.source}`,
    ].join("\n"),
  );
};
