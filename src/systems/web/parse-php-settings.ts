import { notParsed, parsed, type Parsed } from "../../connect/command.ts";
import type { HostReply } from "../../connect/reply.ts";
import { firstLine } from "../text.ts";

/** Setting → value, as PHP would take it: the last one counts. Values may be secrets: never shown as they are. */
export type PhpSettings = ReadonlyMap<string, string>;

/** `grep -E` for lines `name = value` of one file; exit code 1: there are none. */
export const parsePhpSettings = ({ exitCode, stdout, stderr }: HostReply): Parsed<PhpSettings> => {
  if (exitCode > 1) return notParsed("failed", firstLine(stderr, "PHP's settings cannot be read"));
  const settings = new Map<string, string>();
  for (const line of stdout.split("\n")) {
    const [, name, value] = /^\s*([a-zA-Z][\w.]*)\s*=\s*(.*)$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) settings.set(name, bare(value));
  }
  return parsed(settings);
};

/** Without a comment behind it, and without quotes. */
const bare = (value: string): string => {
  const quoted = /^"([^"]*)"/.exec(value)?.[1];
  return quoted ?? (value.split(";", 1)[0] ?? "").trim();
};

export interface Difference {
  readonly name: string;
  /** In words; undefined where it is not set. A value that may hold a secret is not among them. */
  readonly was: string | undefined;
  readonly is: string | undefined;
}

/** What one set of settings has other than another; a setting that only the new one has is its own business. */
export const settingsThatDiffer = (
  was: ReadonlyMap<string, string>,
  is: ReadonlyMap<string, string>,
): readonly Difference[] =>
  [...was]
    .filter(([name, value]) => is.get(name) !== value)
    .map(([name, value]) => ({ name, was: shown(name, value), is: shown(name, is.get(name)) }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));

const shown = (name: string, value: string | undefined): string | undefined => {
  if (value === undefined) return undefined;
  if (SECRET_NAME.test(name) || SECRET_VALUE.test(value)) return "(not shown)";
  return value.length > 60 ? `${value.slice(0, 59)}…` : value;
};

const SECRET_NAME = /pass|auth|secret|key|token|save_path|dsn|user/i;
const SECRET_VALUE = /@|auth=|pass|:\/\//i;
