import { parsed, unreadable, type Parsed } from "../../connect/command.ts";
import type { HostReply } from "../../connect/reply.ts";
import { firstLine, shortText } from "../text.ts";

/** What lies in Apache's module and configuration folders. Versions are as in the file names: `8.2`, or empty. */
export interface ModuleFiles {
  /** libphp*.so that are there. */
  readonly installed: readonly string[];
  /** Versions of php*.load that are enabled and lead somewhere. */
  readonly enabled: readonly string[];
  /** Versions of php*-fpm.conf that are enabled: PHP by proxy_fcgi. */
  readonly fpm: readonly string[];
  readonly mpms: readonly string[];
  /** Enabled links that lead nowhere. */
  readonly dangling: readonly { readonly name: string; readonly target: string }[];
}

/** `find … -printf '%p\t%Y\t%l\n'`; folders that are not there are on stderr only. */
export const parseFiles = (reply: HostReply): Parsed<ModuleFiles> => {
  const installed = new Set<string>();
  const enabled = new Set<string>();
  const fpm = new Set<string>();
  const mpms = new Set<string>();
  const dangling: { name: string; target: string }[] = [];
  const lines = reply.stdout.split("\n").filter((line) => line !== "");
  // Not even an MPM: these are not the folders of an Apache.
  if (lines.length === 0) return unreadable(firstLine(reply.stderr, "no Apache modules were found"));
  for (const line of lines) {
    const [path, type, target = ""] = line.split("\t");
    if (path === undefined || type === undefined || !/^[a-zA-Z?]$/.test(type))
      return unreadable(`find printed a line midwatch cannot read: ${shortText(line, 80)}`);
    const name = path.slice(path.lastIndexOf("/") + 1);
    if (/^[NL?]$/.test(type)) dangling.push({ name: shortText(name, 80), target: shortText(target, 200) });
    else if (INSTALLED.test(name)) installed.add(versionIn(INSTALLED, name));
    else if (FPM.test(name)) fpm.add(versionIn(FPM, name));
    else if (ENABLED.test(name)) enabled.add(versionIn(ENABLED, name));
    else if (MPM.test(name)) mpms.add(versionIn(MPM, name));
  }
  return parsed({
    installed: [...installed].toSorted(),
    enabled: [...enabled].toSorted(),
    fpm: [...fpm].toSorted(),
    mpms: [...mpms].toSorted(),
    dangling,
  });
};

const INSTALLED = /^libphp(\d+(?:\.\d+)?)?\.so$/;
const FPM = /^php(\d+\.\d+)?-fpm\.conf$/;
// Debian: php8.2.load beside php8.2.conf, of which the .load counts. Red Hat: 20-php.conf in conf.modules.d.
const ENABLED = /^(?:php(\d+(?:\.\d+)?)?\.load|\d+-php(\d*)\.conf)$/;
const MPM = /^mpm_([a-z]+)\.load$/;

const versionIn = (pattern: RegExp, name: string): string => {
  const [, first, second] = pattern.exec(name) ?? [];
  return first ?? second ?? "";
};
