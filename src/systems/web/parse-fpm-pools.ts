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
  /** Where it takes requests: a socket's path, `127.0.0.1:9000`, or a port alone. */
  readonly listen?: string;
}

/** Folders of pool files: Debian's, one for each version, and the one of the RPM world. */
export const POOL_FOLDERS = ["/etc/php", "/etc/php-fpm.d"] as const;

/** For `grep -RHE --include=*.conf`: the pools' names, their limits and where they listen; comments begin with `;` and do not match. */
export const POOL_PATTERN = "^[[:space:]]*([[][^]]+[]]|(listen|pm[.]max_children)[[:space:]]*=)";

/** Exit code 1 is none, 2 that a folder is not there, which one of the two never is. */
export const parseFpmPools = (reply: HostReply): Parsed<readonly FpmPool[]> => {
  const trouble = reply.stderr
    .split("\n")
    .find((line) => line.trim() !== "" && !/No such file or directory/.test(line));
  if (reply.exitCode > 1 && trouble !== undefined) {
    const why = firstLine(trouble, "FPM's pools could not be read");
    return notParsed(/Permission denied/.test(trouble) ? "privilege" : "failed", why);
  }
  const pools: Draft[] = [];
  for (const line of reply.stdout.split("\n")) {
    const [, file = "", name, key, value = ""] =
      /^([^:]+):\s*(?:\[([^\]]+)\]|(listen|pm\.max_children)\s*=\s*([^\s;]+))/.exec(line) ?? [];
    if (name !== undefined) pools.push({ file, pool: shortText(name.trim(), 64) });
    const open = pools.at(-1);
    if (open?.file !== file) continue;
    if (key === "listen") open.listen = shortText(value.replaceAll(/^"|"$/g, "").replaceAll("$pool", open.pool), 200);
    if (key === "pm.max_children") open.maxChildren = wholeNumber(value);
  }
  return parsed(pools.flatMap((pool) => finished(pool)));
};

interface Draft {
  readonly file: string;
  readonly pool: string;
  maxChildren?: number | undefined;
  listen?: string;
}

const finished = ({ file, pool, maxChildren, listen }: Draft): readonly FpmPool[] => {
  const unit = unitOf(file);
  if (unit === undefined || maxChildren === undefined) return [];
  return [{ unit, pool, maxChildren, ...(listen === undefined ? {} : { listen }) }];
};

const unitOf = (file: string): string | undefined => {
  const version = /^\/etc\/php\/(\d+\.\d+)\/fpm\//.exec(file)?.[1];
  if (version !== undefined) return `php${version}-fpm.service`;
  return file.startsWith("/etc/php-fpm.d/") ? "php-fpm.service" : undefined;
};
