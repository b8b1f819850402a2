import { parsed, unreadable, type Parsed } from "../../connect/command.ts";
import type { HostReply } from "../../connect/reply.ts";
import { firstLine, shortText } from "../text.ts";

/** PHP as it lies on a Debian host. Versions are as in the file names: `8.2`. */
export interface PhpFiles {
  /** Versions whose module is there, with the file that loads it. */
  readonly modules: readonly string[];
  /** Versions whose FPM is there, with the part of Apache's configuration that leads to it. */
  readonly fpms: readonly string[];
  /** Links in mods-enabled and conf-enabled, whether or not they lead anywhere. */
  readonly enabledModules: readonly string[];
  readonly enabledFpms: readonly string[];
  /** prefork, worker, event: enabled. */
  readonly mpms: readonly string[];
  /** What proxy_fcgi rests on: `a2enmod` enables it too, and `a2dismod` leaves it on. */
  readonly proxy: boolean;
  readonly proxyFcgi: boolean;
  readonly setenvif: boolean;
  readonly settings: readonly SettingsFile[];
}

export interface SettingsFile {
  readonly path: string;
  readonly version: string;
  /** apache2, fpm, cli … */
  readonly sapi: string;
  /** Below the sapi's folder: `php.ini`, `conf.d/90-sessions.ini`. */
  readonly name: string;
  /** A link, as a package or phpenmod makes it, for an extension. */
  readonly isLink: boolean;
}

/** `find … -printf '%p\t%y\t%Y\n'`; folders that are not there are on stderr only. */
export const parsePhpFiles = (reply: HostReply): Parsed<PhpFiles> => {
  const lines = reply.stdout.split("\n").filter((line) => line !== "");
  if (lines.length === 0) return unreadable(firstLine(reply.stderr, "no Apache and no PHP were found"));
  const found = { so: set(), load: set(), fpm: set(), conf: set(), enabled: set(), enabledFpm: set(), mpms: set() };
  const present = new Set<string>();
  const settings: SettingsFile[] = [];
  for (const line of lines) {
    const [path, type, target] = line.split("\t");
    if (path === undefined || type === undefined || target === undefined || !/^[a-zA-Z?]$/.test(target))
      return unreadable(`find printed a line midwatch cannot read: ${shortText(line, 80)}`);
    for (const [kind, pattern] of PATTERNS) {
      const name = pattern.exec(path)?.[1];
      // What a link in *-enabled leads to matters elsewhere: that it is there at all is what must be undone.
      if (name !== undefined) found[kind].add(name);
    }
    if (/^\/etc\/apache2\/mods-enabled\/(?:proxy|proxy_fcgi|setenvif)\.load$/.test(path))
      present.add(path.slice(26, -5));
    const ini = /^\/etc\/php\/(\d+\.\d+)\/([a-z0-9]+)\/(php\.ini|conf\.d\/[\w.-]+\.ini)$/.exec(path);
    const [, version, sapi, name] = ini ?? [];
    if (version !== undefined && sapi !== undefined && name !== undefined)
      settings.push({ path, version, sapi, name, isLink: type === "l" });
  }
  return parsed({
    modules: newestFirst(both(found.so, found.load)),
    fpms: newestFirst(both(found.fpm, found.conf)),
    enabledModules: newestFirst(found.enabled),
    enabledFpms: newestFirst(found.enabledFpm),
    mpms: [...found.mpms].toSorted(),
    proxy: present.has("proxy"),
    proxyFcgi: present.has("proxy_fcgi"),
    setenvif: present.has("setenvif"),
    settings: settings.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
  });
};

const set = (): Set<string> => new Set();

const PATTERNS = [
  ["so", /^\/usr\/lib\/apache2\/modules\/libphp(\d+\.\d+)\.so$/],
  ["load", /^\/etc\/apache2\/mods-available\/php(\d+\.\d+)\.load$/],
  ["enabled", /^\/etc\/apache2\/mods-enabled\/php(\d+\.\d+)\.load$/],
  ["fpm", /^\/usr\/sbin\/php-fpm(\d+\.\d+)$/],
  ["conf", /^\/etc\/apache2\/conf-available\/php(\d+\.\d+)-fpm\.conf$/],
  ["enabledFpm", /^\/etc\/apache2\/conf-enabled\/php(\d+\.\d+)-fpm\.conf$/],
  ["mpms", /^\/etc\/apache2\/mods-enabled\/mpm_([a-z]+)\.load$/],
] as const;

const both = (a: ReadonlySet<string>, b: ReadonlySet<string>): ReadonlySet<string> =>
  new Set([...a].filter((each) => b.has(each)));

const newestFirst = (versions: ReadonlySet<string>): readonly string[] =>
  [...versions].toSorted((a, b) => b.localeCompare(a, "en", { numeric: true }));
