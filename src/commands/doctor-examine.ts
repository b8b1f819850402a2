import type { Link, Outcome, ReadAccess } from "../connect/access.ts";
import type { Ask } from "../connect/command.ts";
import type { UnknownReason } from "../connect/sample.ts";
import type { Cluster } from "../inventory/cluster.ts";
import { latency, plural } from "../systems/format.ts";
import type { Probe } from "../systems/probe.ts";
import type { SealedSystem } from "../systems/sealed.ts";
import type { Check } from "./doctor-check.ts";
import { checkSecrets } from "./doctor-secrets.ts";

export interface Examination {
  readonly cluster: Cluster;
  readonly access: ReadAccess;
  readonly systems: readonly Pick<SealedSystem, "id" | "probes" | "present">[];
  /** How long a connection may take to be made. */
  readonly connectMs: number;
}

/** Looks at everything, all at once; each part resolves when its own checks are done, in the order to be shown. */
export const examine = (examination: Examination): readonly Promise<readonly Check[]>[] => {
  const { cluster, access, systems, connectMs } = examination;
  const links = new Map(cluster.hosts.map(({ name }) => [name, settledLink(access, name, connectMs)] as const));
  const questions = systems
    .filter((system) => system.present(cluster))
    .flatMap(({ id, probes }) => probes(cluster).map((probe): Question => ({ area: id, probe })));
  const elected = askElected(questions, links, access);
  const subjects = [...new Set([...links.keys(), ...questions.flatMap(({ probe }) => probe.candidates)])];
  const examineSubject = async (subject: string): Promise<readonly Check[]> => {
    const instance = links.has(subject) ? undefined : cluster.redis.find(({ name }) => name === subject);
    const link = await links.get(instance?.host ?? subject);
    const own = questions.filter(({ probe }) => probe.candidates.length === 1 && probe.candidates[0] === subject);
    const answers = await askTogether(own, subject, access);
    const asElected = (await elected).filter((answer) => answer.subject === subject);
    const byArea = Map.groupBy([...answers, ...asElected], ({ area }) => area);
    // Looked at again, because the round trip is known by now.
    const now = link?.state === "up" ? access.link(subject) : link;
    const connection = now !== undefined && instance === undefined ? [linkCheck(subject, now)] : [];
    return connection.concat(systems.flatMap(({ id }) => summarize({ subject, area: id }, byArea.get(id) ?? [], link)));
  };
  return [checkSecrets(cluster), ...subjects.map(examineSubject)];
};

interface Question {
  readonly area: string;
  readonly probe: Probe;
}

interface Answer {
  readonly subject: string;
  readonly area: string;
  readonly outcome: Judged;
}

interface Trouble {
  readonly reason: UnknownReason;
  readonly detail: string;
  readonly fix?: string | undefined;
}

type Judged = { readonly ok: true } | ({ readonly ok: false } & Trouble);

/** A link that is down without a next try is being tried still: it only takes long. */
const isSettled = (link: Link): boolean =>
  link.state === "up" || (link.state === "down" && link.nextTryAtMs !== undefined);

const settledLink = async (access: ReadAccess, host: string, deadlineMs: number): Promise<Link> => {
  const settled = Promise.withResolvers<void>();
  const look = (): void => {
    if (isSettled(access.link(host))) settled.resolve();
  };
  const timer = setTimeout(settled.resolve, deadlineMs);
  const stop = access.onLink((name) => {
    if (name === host) look();
  });
  look();
  await settled.promise;
  stop();
  clearTimeout(timer);
  return access.link(host);
};

const linkCheck = (host: string, link: Link): Check => {
  const place = { subject: host, area: "ssh" } as const;
  switch (link.state) {
    case "up":
      return {
        ...place,
        state: "ok",
        text: link.roundTripMs === undefined ? "connected" : `connected, ${latency(link.roundTripMs)}`,
        fixes: [],
      };
    case "connecting":
      return {
        ...place,
        state: "fails",
        text: "the connection is not there yet",
        fixes: ["see whether the host is up"],
      };
    case "down":
      return { ...troubleCheck(place, link, undefined), state: "fails" };
  }
};

const askTogether = async (
  questions: readonly Question[],
  subject: string,
  access: ReadAccess,
): Promise<readonly Answer[]> => {
  const answers: Answer[] = [];
  const areaOf = new Map(questions.map(({ area, probe }) => [probe.ask, area]));
  await access.ask(subject, [...areaOf.keys()], (ask, outcome) => {
    answers.push({ subject, area: areaOf.get(ask) ?? "", outcome: judge(ask, outcome) });
  });
  return answers;
};

/** Every candidate is asked, since each may be elected one day; one after the other, since they share a lock. */
const askElected = async (
  questions: readonly Question[],
  links: ReadonlyMap<string, Promise<Link>>,
  access: ReadAccess,
): Promise<readonly Answer[]> => {
  const groups = Map.groupBy(
    questions.filter(({ probe }) => probe.candidates.length > 1),
    ({ probe }) => probe.group ?? probe.target,
  );
  const answered = await Promise.all(
    [...groups.values()].map(async (group) => {
      const answers: Answer[] = [];
      for (const question of group)
        for (const candidate of question.probe.candidates) {
          await links.get(candidate);
          answers.push(...(await askTogether([question], candidate, access)));
        }
      return answers;
    }),
  );
  return answered.flat();
};

const judge = (ask: Ask<"read">, outcome: Outcome): Judged => {
  if (!outcome.ok) return outcome;
  const parsed = ask.parse(outcome.reply);
  return parsed.ok ? parsed : { ok: false, reason: parsed.reason, detail: parsed.problem, fix: parsed.fix };
};

type Place = Pick<Check, "subject" | "area">;

/** One line for all that is well in a system, one for all that is absent, one for each different trouble. */
const summarize = (place: Place, answers: readonly Answer[], link: Link | undefined): readonly Check[] => {
  const good = answers.filter(({ outcome }) => outcome.ok).length;
  const troubles = new Map<string, Check>();
  for (const { outcome } of answers) {
    if (outcome.ok) continue;
    const check = troubleCheck(place, outcome, link);
    const before = troubles.get(check.text)?.fixes ?? [];
    troubles.set(check.text, { ...check, fixes: [...new Set(before.concat(check.fixes))] });
  }
  const all = [...troubles.values()];
  if (good === 0) return all;
  const well: Check = { ...place, state: "ok", text: `${plural(good, "question")} answered`, fixes: [] };
  const missing = all.filter(({ state }) => state === "missing");
  const others = all.filter(({ state }) => state !== "missing");
  if (missing.length === 0) return [well, ...others];
  return [
    well,
    {
      ...place,
      state: "absent",
      text: missing
        .map(({ text }) => text)
        .toSorted()
        .join("; "),
      fixes: [],
    },
    ...others,
  ];
};

const troubleCheck = (place: Place, { reason, detail, fix }: Trouble, link: Link | undefined): Check => {
  // Said once, in the line about the connection.
  if (link !== undefined && link.state !== "up")
    return { ...place, state: "skipped", text: "no SSH connection", fixes: [] };
  const state = reason === "privilege" ? "needs" : reason === "missing" ? "missing" : "fails";
  // The line names the host already.
  const text = detail.startsWith(`${place.subject}: `) ? detail.slice(place.subject.length + 2) : detail;
  return { ...place, state, text, fixes: fix === undefined ? [] : [fix] };
};
