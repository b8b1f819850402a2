import type { Standing } from "../record/replay.ts";
import { oneLine } from "./report-words.ts";

type Versions = ReadonlyMap<string, string>;

/** What was seen of one host's packages before and after: all of them, and those that a person asks for first. */
interface HostVersions {
  readonly before?: Versions;
  readonly after?: Versions;
  readonly chief: readonly string[];
}

/**
 * From gates that looked at versions: `versions before on HOST` and `versions after on HOST`, each `name version, …`.
 * Every package that is another than before, whoever asked for it, and the chief ones in any case.
 */
export const versionRows = (gates: Standing["gates"]): readonly string[] => {
  const rows = [...seenOn(gates)].flatMap(([host, { before, after, chief }]) =>
    namesOf(before, after, chief).map(
      (name) => `| ${[host, name, versionIn(before, name), versionIn(after, name)].map(oneLine).join(" | ")} |`,
    ),
  );
  if (rows.length === 0) return [];
  return ["## Versions", "", "| host | package | before | after |", "| --- | --- | --- | --- |", ...rows, ""];
};

const seenOn = (gates: Standing["gates"]): ReadonlyMap<string, HostVersions> => {
  const hosts = new Map<string, HostVersions>();
  for (const { gate, value, record, state } of gates) {
    const [, when, host] = /^versions (before|after) on (\S+)$/.exec(gate) ?? [];
    if (host === undefined || state !== "open") continue;
    const { chief = [], ...seen } = hosts.get(host) ?? {};
    const told = versionsIn(value);
    hosts.set(host, {
      ...seen,
      chief: [...new Set([...chief, ...told.keys()])],
      [when === "before" ? "before" : "after"]: record === undefined ? told : versionsIn(record),
    });
  }
  return hosts;
};

const versionsIn = (text: string): Versions =>
  new Map(
    text.split(", ").flatMap((pair): [string, string][] => {
      const [name = "", version = ""] = pair.split(" ");
      return name === "" ? [] : [[name, version]];
    }),
  );

/** While only one of the two was seen nobody knows what changed. */
const namesOf = (before: Versions | undefined, after: Versions | undefined, chief: readonly string[]) => {
  const all = before === undefined || after === undefined ? [] : [...new Set([...before.keys(), ...after.keys()])];
  const changed = all.filter((name) => before?.get(name) !== after?.get(name));
  return [...chief, ...changed.filter((name) => !chief.includes(name)).toSorted()];
};

const versionIn = (versions: Versions | undefined, name: string): string =>
  versions === undefined ? "?" : (versions.get(name) ?? "none");
