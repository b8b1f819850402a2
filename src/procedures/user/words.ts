import type { Cluster } from "../../inventory/cluster.ts";

/** Values that placeholders stand for. */
export type Values = ReadonlyMap<string, string>;

const PLACEHOLDER = /\{([a-z][a-z0-9-]*)\}/g;

export const placeholdersIn = (text: string): readonly string[] =>
  [...text.matchAll(PLACEHOLDER)].flatMap(([, name]) => (name === undefined ? [] : [name]));

/** What every procedure may name beside its parameters. */
export const GIVEN = ["host", "subject", "docroot", "sync-source", "sync-target", "sync-script"] as const;

/** What this cluster has for them; a cluster without a sync has no `sync-target`. */
export const givenBy = (cluster: Cluster, subject: string): Values => {
  const { web, shadow } = cluster;
  return new Map([
    ["subject", subject],
    ...(web === undefined ? [] : [["docroot", web.docroot] as const]),
    ...(shadow === undefined
      ? []
      : [
          ["sync-source", shadow.source] as const,
          ["sync-target", shadow.target] as const,
          ["sync-script", shadow.script] as const,
        ]),
  ]);
};

/** Every placeholder filled in; a name that has no value stays as it was written, and was refused before. */
export const fill = (text: string, values: Values): string =>
  text.replaceAll(PLACEHOLDER, (whole, name: string) => values.get(name) ?? whole);

/** A value becomes part of a program's argument or of a statement, never an option, a quote or an end of it. */
export const valueFault = (value: string): string | undefined => {
  if (value.startsWith("-")) return "must not begin with a dash";
  return /^[^\p{C}'"`\\;]+$/u.test(value)
    ? undefined
    : "holds a quote, a backslash, a semicolon or a control character, or nothing";
};
