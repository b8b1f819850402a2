import { compareSeverity, worstOf, type Finding, type Severity } from "../systems/finding.ts";

/** One cause and everything it explains: what the operator reads as one thing that happened. */
export interface Story {
  readonly root: Finding;
  /** Worst of the root and its consequences: an unreachable host that takes a backend with it is as bad as that. */
  readonly severity: Finding["severity"];
  readonly consequences: readonly Finding[];
}

/**
 * Folds consequences under their causes. A finding names the findings that would explain it; the first that is there
 * is its cause, and causes chain: a full disk explains a stopped member, which explains a server that is down. Pure;
 * worst story first, and within the same severity the one that explains most.
 */
export const storiesOf = (findings: readonly Finding[]): readonly Story[] => {
  const causes = new Map<Finding, Finding>();
  for (const finding of findings) {
    const cause = causeOf(finding, findings);
    // A circle has no beginning: the link that would close it is not drawn.
    if (cause !== undefined && rootOf(cause, causes) !== finding) causes.set(finding, cause);
  }
  const consequences = Map.groupBy(causes.keys(), (finding) => rootOf(finding, causes));
  return findings
    .filter((finding) => !causes.has(finding))
    .map((root): Story => {
      const explained = (consequences.get(root) ?? []).toSorted((a, b) => compareSeverity(b.severity, a.severity));
      return { root, severity: worst(root, explained), consequences: explained };
    })
    .toSorted(
      (a, b) =>
        compareSeverity(b.severity, a.severity) ||
        isOver(a) - isOver(b) ||
        b.consequences.length - a.consequences.length,
    );
};

/** What is no longer seen comes after what still is. */
const isOver = ({ root }: Story): number => (root.clearing === true ? 1 : 0);

const causeOf = (finding: Finding, findings: readonly Finding[]): Finding | undefined => {
  for (const explanation of finding.explainedBy ?? []) {
    const cause = findings.find(
      (other) =>
        other !== finding &&
        other.id === explanation.id &&
        (explanation.host === undefined || other.host === explanation.host),
    );
    if (cause !== undefined) return cause;
  }
  return undefined;
};

const rootOf = (finding: Finding, causes: ReadonlyMap<Finding, Finding>): Finding => {
  let root = finding;
  for (let cause = causes.get(root); cause !== undefined; cause = causes.get(root)) root = cause;
  return root;
};

const worst = (root: Finding, explained: readonly Finding[]): Finding["severity"] => {
  const severity: Severity = worstOf([root.severity, ...explained.map((each) => each.severity)]);
  return severity === "ok" ? root.severity : severity;
};
