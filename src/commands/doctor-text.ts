import type { Severity } from "../systems/finding.ts";
import { plural } from "../systems/format.ts";
import type { Theme } from "../ui/theme.ts";
import type { Check, CheckState } from "./doctor-check.ts";

const WORDS: Readonly<Record<CheckState, readonly [severity: Severity, word: string]>> = {
  ok: ["ok", "OK"],
  needs: ["warning", "NEEDS"],
  missing: ["warning", "MISSING"],
  absent: ["info", "ABSENT"],
  fails: ["critical", "FAILS"],
  skipped: ["unknown", "SKIPPED"],
};

/**
 *     ● OK       web1      ssh       connected, 4 ms
 *     ▲ NEEDS    web1      gluster   web1: viewer may not run gluster as root
 *                  fix: allow it in sudoers: …
 */
export const checkLines = (
  checks: readonly Check[],
  theme: Pick<Theme, "symbol" | "text">,
  subjectWidth = 9,
): readonly string[] =>
  checks.flatMap(({ subject, area, state, text, fixes }) => {
    const [severity, word] = WORDS[state];
    const head = `${theme.symbol[severity]} ${word.padEnd(8)} ${subject.padEnd(subjectWidth)} ${area.padEnd(8)}`;
    return [theme.text(`${head} ${text}`), ...fixes.map((fix) => theme.text(`             fix: ${fix}`))];
  });

/** The last line: how many of what. */
export const verdictLine = (checks: readonly Check[]): string => {
  const count = (...states: readonly CheckState[]): number =>
    checks.filter(({ state }) => states.includes(state)).length;
  const parts = [
    [count("fails"), "failing"],
    [count("skipped"), "not asked"],
    [count("needs"), "lacking a privilege"],
    [count("missing"), "missing"],
  ] as const;
  const bad = parts.flatMap(([n, what]) => (n === 0 ? [] : [`${n} ${what}`]));
  return bad.length === 0
    ? `all well: ${plural(checks.length, "check")}`
    : `${plural(checks.length, "check")}: ${bad.join(", ")}`;
};
