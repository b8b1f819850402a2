import type { Cluster } from "../../inventory/cluster.ts";
import { unreadableJournal, type Planned, type ProcedureKind } from "../kind.ts";
import type { Step } from "../procedure.ts";
import { parseUserProcedure, wholePattern } from "./check.ts";
import type { UserProcedure } from "./schema.ts";
import { stepFor } from "./steps.ts";
import { givenBy, valueFault, type Values } from "./words.ts";

/** A procedure of somebody's own, and the text it was made from. */
export interface UserFile {
  readonly procedure: UserProcedure;
  readonly file: string;
  readonly text: string;
}

/** As midwatch's own: planned, shown, run, resumed and taken back alike. */
export const userKind = ({ procedure, file, text }: UserFile): ProcedureKind => ({
  name: procedure.name,
  title: procedure.title,
  about: `${procedure.about} (${file})`,
  on: procedure.on,
  options: Object.entries(procedure.parameters).map(([name, parameter]) => ({
    name,
    about: parameter.about,
    fallback: parameter.default ?? "",
    ...(parameter.choices === undefined ? {} : { choices: parameter.choices }),
    fault: (value) => parameterFault(parameter, value),
  })),
  plan: async ({ subject, options, view }) => {
    const fault = valuesFault(procedure, options);
    if (fault !== undefined) return { ok: false, why: fault };
    return planned(procedure, text, { cluster: view.cluster, subject, chosen: options, run: String(Date.now()) });
  },
  replan: async ({ subject, params, view }) => replanned(procedure.name, subject, params, view.cluster),
});

const valuesFault = ({ parameters }: UserProcedure, options: Values): string | undefined => {
  for (const [name, parameter] of Object.entries(parameters)) {
    const value = options.get(name) ?? "";
    if (value === "" && parameter.default === undefined) return `${name} must be given: --set ${name}=…`;
    const fault = parameterFault(parameter, value);
    if (fault !== undefined) return `${name}=${value}: ${fault}`;
  }
  return undefined;
};

const parameterFault = ({ pattern }: UserProcedure["parameters"][string], value: string): string | undefined =>
  wholePattern(pattern)?.test(value) === true ? valueFault(value) : `it must match ${pattern}`;

interface Planning {
  readonly cluster: Cluster;
  readonly subject: string;
  readonly chosen: Values;
  readonly run: string;
}

const planned = (procedure: UserProcedure, text: string, { cluster, subject, chosen, run }: Planning): Planned => {
  const values = new Map([...givenBy(cluster, subject), ...chosen]);
  const steps: Step[] = [];
  for (const written of procedure.steps) {
    const made = stepFor(written, { cluster, subject, values, run, id: `${procedure.name}.${written.id}` });
    if (!made.ok) return made;
    steps.push(...made.made);
  }
  const about = subject === cluster.name ? [] : [`on ${subject}`];
  const shown = [...chosen].map(([name, value]) => `${name} ${value}`);
  return {
    ok: true,
    procedure: {
      name: procedure.name,
      subject,
      title: [procedure.title, ...about, ...(shown.length === 0 ? [] : [`(${shown.join(", ")})`])].join(" "),
      params: {
        // The file may be another by the time this is resumed or taken back.
        source: text,
        run,
        chosen: JSON.stringify(Object.fromEntries(chosen)),
      },
      warnings: [],
      steps,
      undone: [],
    },
  };
};

/** From what its journal kept alone. */
const replanned = (
  name: string,
  subject: string,
  { source, run, chosen }: Readonly<Record<string, string>>,
  cluster: Cluster,
): Planned => {
  if (source === undefined || run === undefined || chosen === undefined) return unreadableJournal(name);
  const parsed = parseUserProcedure("journal", source, []);
  const values = readValues(chosen);
  if (!parsed.ok || values === undefined) return unreadableJournal(name);
  // A journal may have come from another machine: what fills the placeholders is checked as on the day it was chosen.
  const fault = strangerFault(parsed.value, values, subject, cluster) ?? valuesFault(parsed.value, values);
  if (fault !== undefined) return { ok: false, why: `the journal of ${name} does not fit it: ${fault}` };
  return planned(parsed.value, source, { cluster, subject, chosen: values, run });
};

const strangerFault = (
  { parameters, on }: UserProcedure,
  values: Values,
  subject: string,
  { name, hosts }: Cluster,
): string | undefined => {
  const stranger = [...values.keys()].find((each) => parameters[each] === undefined);
  if (stranger !== undefined) return `it takes no ${stranger}`;
  const subjects = on === "cluster" ? [name] : hosts.map((host) => host.name);
  return subjects.includes(subject) ? undefined : `there is no ${on} "${subject}"`;
};

const readValues = (text: string): Values | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null) return undefined;
    const entries = Object.entries(value).flatMap(([name, each]: [string, unknown]) =>
      typeof each === "string" ? [[name, each] as const] : [],
    );
    return new Map(entries);
  } catch {
    return undefined;
  }
};

/** The kind a journal was begun with: its file may be another by now, or gone. */
export const journaledKind = (params: Readonly<Record<string, string>>): ProcedureKind | undefined => {
  const text = params["source"];
  if (text === undefined) return undefined;
  const parsed = parseUserProcedure("journal", text, []);
  return parsed.ok ? userKind({ procedure: parsed.value, file: "journal", text }) : undefined;
};
