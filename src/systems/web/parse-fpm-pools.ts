import { notParsed, parsed, type Parsed } from "../../connect/command.ts";
import type { HostReply } from "../../connect/reply.ts";
import { firstLine, shortText, wholeNumber } from "../text.ts";

/** One pool of PHP-FPM, as configured. */
export interface FpmPool {
  /** The systemd unit whose folder it stands in: `php8.2-fpm.service`. */
  readonly unit: string;
  readonly pool: string;
  /** `pm.max_children`: processes, and so pages at a time. */
  readonly maxChildren: number;
}

/** Folders of pool files: Debian's, one for each version, and the one of the RPM world. */
export const POOL_FOLDERS = ["/etc/php", "/etc/php-fpm.d"] as const;

/** For `grep -RHE --include=*.conf`: the pools' names and their limits; comments begin with `;` and do not match. */
export const POOL_PATTERN = "^[[:space:]]*([[][^]]+[]]|pm[.]max_children[[:space:]]*=)";

/** Exit code 1 is none, 2 that a folder is not there, which one of the two never is. */
export const parseFpmPools = (reply: HostReply): Parsed<readonly FpmPool[]> => {
  const trouble = reply.stderr
    .split("\n")
    .find((line) => line.trim() !== "" && !/No such file or directory/.test(line));
  if (reply.exitCode > 1 && trouble !== undefined) {
    const why = firstLine(trouble, "FPM's pools could not be read");
    return notParsed(/Permission denied/.test(trouble) ? "privilege" : "failed", why);
  }
  const pools: FpmPool[] = [];
  let open: { readonly file: string; readonly pool: string } | undefined;
  for (const line of reply.stdout.split("\n")) {
    const [, file = "", name] = /^([^:]+):\s*\[([^\]]+)\]/.exec(line) ?? [];
    if (name !== undefined) {
      open = { file, pool: shortText(name.trim(), 64) };
      continue;
    }
    const [, at = "", limit] = /^([^:]+):\s*pm\.max_children\s*=\s*(\d+)/.exec(line) ?? [];
    const maxChildren = wholeNumber(limit);
    const unit = unitOf(at);
    if (maxChildren !== undefined && unit !== undefined && open?.file === at)
      pools.push({ unit, pool: open.pool, maxChildren });
  }
  return parsed(pools);
};

const unitOf = (file: string): string | undefined => {
  const version = /^\/etc\/php\/(\d+\.\d+)\/fpm\//.exec(file)?.[1];
  if (version !== undefined) return `php${version}-fpm.service`;
  return file.startsWith("/etc/php-fpm.d/") ? "php-fpm.service" : undefined;
};
