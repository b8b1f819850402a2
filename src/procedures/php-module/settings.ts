import { z } from "zod";
import { parsed, type Parsed } from "../../connect/command.ts";
import { plural } from "../../systems/format.ts";
import { phpSettings } from "../../systems/web/php-commands.ts";
import type { PhpFiles, SettingsFile } from "../../systems/web/parse-php-files.ts";
import { settingsThatDiffer, type PhpSettings } from "../../systems/web/parse-php-settings.ts";
import type { Reads } from "../procedure.ts";
import { readOnce } from "../read-once.ts";
import type { Choice } from "./choose.ts";

// The journal may have come from another machine, and root copies what it names.
const iniFile = z.string().regex(/^\/etc\/php\/\d+\.\d+\/[a-z0-9]+\/(?:php\.ini|conf\.d\/[\w.-]+\.ini)$/);
export const copySchema = z.object({ from: iniFile, to: iniFile, replaces: z.boolean() });
/** One file to be copied to where the other PHP reads it. */
export type Copy = z.output<typeof copySchema>;

export interface Settings {
  /** What differs, in words, without what may be secret. */
  readonly words: readonly string[];
  readonly copies: readonly Copy[];
}

/** Lines told of one file. */
const TOLD = 8;

/** What the PHP that will run does not have of the settings of the one that ran. */
export const compareSettings = async (
  host: string,
  { settings }: PhpFiles,
  { from, to }: Choice,
  reads: Reads,
): Promise<Parsed<Settings>> => {
  if (from === undefined) return parsed({ words: [], copies: [] });
  const of = (where: Choice["to"]): readonly SettingsFile[] =>
    settings.filter(({ version, sapi }) => version === where.version && sapi === where.sapi);
  const [was, is] = [of(from), of(to)];
  const own = was.filter(({ isLink }) => !isLink);
  const read = await readAll(host, [...own, ...is.filter(({ isLink }) => !isLink)], reads);
  if (!read.ok) return read;
  const words: string[] = [];
  const copies: Copy[] = [];
  for (const file of own) {
    const there = is.find(({ name }) => name === file.name);
    const differing = settingsThatDiffer(
      read.value.get(file.path) ?? NO_SETTINGS,
      read.value.get(there?.path ?? "") ?? NO_SETTINGS,
    );
    if (there !== undefined && differing.length === 0) continue;
    const target = `/etc/php/${to.version}/${to.sapi}/${file.name}`;
    copies.push({ from: file.path, to: target, replaces: there !== undefined });
    if (there === undefined) words.push(`${target} is not there: ${file.path} sets ${namesOf(differing)}`);
    else
      for (const { name, was: before, is: after } of differing.slice(0, TOLD))
        words.push(`${name}: ${before ?? "not set"} in ${file.path}, ${after ?? "not set"} in ${there.path}`);
    if (there !== undefined && differing.length > TOLD)
      words.push(`and ${plural(differing.length - TOLD, "setting")} more of ${file.path}`);
  }
  const lacking = was.filter(({ name, isLink }) => isLink && !is.some((file) => file.name === name));
  if (lacking.length > 0) {
    const names = lacking.map(({ name }) => name.replace(/^conf\.d\/(?:\d+-)?(.*)\.ini$/, "$1"));
    const packages = names.map((name) => `php${to.version}-${name}`).join(" ");
    words.push(
      `PHP ${to.version} lacks extensions that were on: ${names.join(", ")} (sudo phpenmod, or apt-get install ${packages})`,
    );
  }
  return parsed({ words, copies });
};

const NO_SETTINGS: PhpSettings = new Map();
/** Path → its settings. */
const readAll = async (
  host: string,
  files: readonly SettingsFile[],
  reads: Reads,
): Promise<Parsed<ReadonlyMap<string, PhpSettings>>> => {
  const all = await Promise.all(
    files.map(async ({ path }) => ({ path, read: await readOnce(reads, host, phpSettings, { path }) })),
  );
  const settings = new Map<string, PhpSettings>();
  for (const { path, read } of all) {
    if (!read.ok) return read;
    settings.set(path, read.value);
  }
  return parsed(settings);
};

const namesOf = (all: readonly { readonly name: string }[]): string => {
  const names = all.slice(0, 4).map(({ name }) => name);
  return names.length === 0 ? "nothing" : `${names.join(", ")}${all.length > 4 ? " and more" : ""}`;
};
