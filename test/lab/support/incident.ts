import { expect } from "vitest";
import { loadSecrets } from "../../../lab/cluster/secrets.ts";
import { checkHealth } from "../../../lab/health.ts";
import { incidentNamed } from "../../../lab/incidents/all.ts";
import type { Severity } from "../../../src/systems/finding.ts";
import type { Stance } from "../../../src/systems/reason.ts";
import type { Picture } from "../../../src/watch/picture.ts";
import { accountOf, withoutFigures } from "./account.ts";
import { screenOf } from "./screen.tsx";
import { expectWell, type Shown } from "./shown.ts";
import { dirs, type LabWatch } from "./watch.ts";

/** What midwatch must say of an incident, and all that it may say. */
export interface Expected {
  readonly incident: string;
  /** The story told first: `id subject` of its root, any of these. */
  readonly root: readonly string[];
  /** Of that story, its consequences included. */
  readonly severity: readonly Severity[];
  readonly headline: RegExp;
  readonly next: RegExp;
  /** Web hosts that are not named may be taken; the only load balancer never may. */
  readonly verdicts: Readonly<Record<string, { readonly stance: Stance; readonly because: RegExp }>>;
  /** Ids that may be raised beside it before all is well again; anything else would be untrue. */
  readonly also: readonly string[];
  /** How long after the fault the headline may take. */
  readonly withinMs: number;
}

export interface Took {
  readonly incident: string;
  readonly headlineMs: number;
  readonly verdictsMs: number;
  readonly clearMs: number;
  readonly headline: string;
}

/** Bounds are for a machine that does nothing else; this one may be shared. */
const PATIENCE = 2;
const VERDICTS_MS = 20_000;
/** Long enough for every fast and every ordinary probe to have its say once more. */
const LOOK_ON_MS = 5_000;
const CLEAR_MS = 90_000;

const worth = ({ findings }: Picture): readonly string[] =>
  findings.filter(({ severity }) => severity !== "info").map(({ id, subject }) => `${id} ${subject}`);

/** Everything that is raised from now on, until it is asked for. */
const collect = ({ watch }: LabWatch): (() => readonly string[]) => {
  const raised = new Set<string>();
  const stop = watch.store.subscribe(({ picture }) => {
    for (const one of worth(picture)) raised.add(one);
  });
  return () => {
    stop();
    return [...raised];
  };
};

const storyOf = ({ picture }: Shown) => {
  const [first] = picture.stories;
  return { root: first === undefined ? "none" : `${first.root.id} ${first.root.subject}`, severity: first?.severity };
};

const expectHeadline = (expected: Expected, shown: Shown): void => {
  const { root, severity } = storyOf(shown);
  expect(expected.root).toContain(root);
  expect(expected.severity).toContain(severity);
  expect(shown.picture.headline).toMatch(expected.headline);
  expect(shown.picture.headline).not.toMatch(/^Seems over/);
  expect(shown.picture.next).toMatch(expected.next);
};

const ALWAYS: Expected["verdicts"] = { lb1: { stance: "no", because: /only load balancer/ } };
const SAFE = { stance: "safe", because: /./ } as const;

const expectVerdicts = ({ picture }: Shown, verdicts: Expected["verdicts"]): void => {
  for (const { name, verdict } of picture.hosts) {
    const { stance, because } = { ...verdicts, ...ALWAYS }[name] ?? SAFE;
    const reasons = verdict.reasons.filter((reason) => reason.stance === stance).map(({ text }) => text);
    expect(`${name} ${verdict.stance}: ${verdict.reasons[0]?.text}`).toMatch(new RegExp(`^${name} ${stance}: `));
    expect(reasons.join("; "), name).toMatch(because);
  }
};

/** Cause and next step, without a key pressed, on the smallest screen. */
const expectOnSmallScreen = async ({ watch, now }: LabWatch): Promise<void> => {
  const { headline, next = "" } = now().picture;
  const screen = await screenOf(watch, { columns: 80, rows: 24 });
  expect(withoutFigures(screen)).toContain(withoutFigures(headline.slice(0, 40)));
  expect(withoutFigures(screen)).toContain(withoutFigures(next.slice(0, 30)));
};

/** Breaks it, sees what is said and by when, heals it, sees it go. The lab and the watch are well before and after. */
export const expectIncident = async (watched: LabWatch, expected: Expected): Promise<Took> => {
  const { breakIt, healIt } = incidentNamed(expected.incident);
  const secrets = await loadSecrets(dirs.secrets);
  await watched.shows(expectWell, CLEAR_MS);
  const raised = collect(watched);
  const account = accountOf(watched, expected.incident);
  account.mark("breaking");
  await breakIt(secrets);
  account.mark("broken");
  const brokenMs = performance.now();
  const since = (fromMs: number): number => Math.round(performance.now() - fromMs);
  try {
    await watched.shows((shown) => expectHeadline(expected, shown), PATIENCE * expected.withinMs);
    const headlineMs = since(brokenMs);
    const { headline } = watched.now().picture;
    await expectOnSmallScreen(watched);
    await watched.shows((shown) => expectVerdicts(shown, expected.verdicts), PATIENCE * VERDICTS_MS);
    const verdictsMs = since(brokenMs);
    const untilMs = watched.now().picture.nowMs + LOOK_ON_MS;
    await watched.shows(({ picture }) => expect(picture.nowMs).toBeGreaterThan(untilMs));
    await watched.shows((shown) => expectHeadline(expected, shown));
    await account.screen();
    account.mark("healing");
    await healIt(secrets);
    account.mark("healed");
    const healedMs = performance.now();
    await watched.shows((shown) => {
      expectWell(shown);
      expectVerdicts(shown, {});
    }, CLEAR_MS);
    const clearMs = since(healedMs);
    const allowed = new Set([...expected.root.map((root) => root.split(" ")[0]), ...expected.also]);
    expect(raised().filter((one) => !allowed.has(one.split(" ")[0]))).toEqual([]);
    expect((await checkHealth(secrets)).filter(({ ok }) => !ok)).toEqual([]);
    return { incident: expected.incident, headlineMs, verdictsMs, clearMs, headline };
  } catch (error) {
    account.mark(`failed: ${String(error)}`);
    await account.screen();
    throw error;
  } finally {
    raised();
    await account.close();
  }
};

/** A line for each incident, for whoever reads the log. */
export const tell = (all: readonly Took[]): void => {
  const s = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`.padStart(7);
  const lines = all.map(
    ({ incident, headlineMs, verdictsMs, clearMs, headline }) =>
      `${incident.padEnd(24)} headline ${s(headlineMs)}  verdicts ${s(verdictsMs)}  clear ${s(clearMs)}  ${headline}`,
  );
  console.info(`after the fault, after the heal:\n${lines.join("\n")}`);
};
