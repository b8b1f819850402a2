import { lines } from "../shell/program.ts";
import { MODULES, MODULES_DIR } from "./files.ts";
import type { WebState } from "./state.ts";

/** What keeps Apache's configuration from loading, in its own words. */
export const configProblem = (web: WebState): string | undefined => {
  const mpms = [...web.enabled].filter((name) => name.startsWith("mpm_"));
  if (mpms.length === 0) return "AH00534: apache2: Configuration error: No MPM loaded.";
  if (mpms.length > 1) return "AH00534: apache2: Configuration error: More than one MPM loaded.";
  const php = [...web.enabled].find((name) => /^php\d+\.\d+$/.test(name));
  if (php === undefined) return undefined;
  const file = `${MODULES_DIR}/lib${php}.so`;
  if (!web.phpModules.has(php.slice(3)))
    return (
      "apache2: Syntax error on line 146 of /etc/apache2/apache2.conf: Syntax error on line 3 of " +
      `/etc/apache2/mods-enabled/${php}.load: Cannot load ${file} into server: ` +
      `${file}: cannot open shared object file: No such file or directory`
    );
  return mpms[0] === "mpm_prefork"
    ? undefined
    : "[php:crit] Apache is running a threaded MPM, but your PHP Module is not compiled to be threadsafe.  You need to recompile PHP.\nAH00013: Pre-configuration failed";
};

const STATIC = ["core", "so", "watchdog", "http", "log_config", "logio", "version", "unixd"];

/** By the configuration as it is now, which is not always what the running Apache has. */
export const moduleList = (web: WebState): string => {
  const own = [...web.enabled]
    .filter((name) => !name.endsWith("-fpm"))
    .map((name) => name.replace(/^php[\d.]+$/, "php"));
  const shared = [...new Set([...MODULES.map(([name]) => name).filter((name) => !name.startsWith("mpm_")), ...own])];
  return lines([
    "Loaded Modules:",
    ...STATIC.map((name) => ` ${name}_module (static)`),
    ...shared.toSorted().map((name) => ` ${name}_module (shared)`),
  ]);
};
