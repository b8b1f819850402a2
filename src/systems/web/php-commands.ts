import { notParsed, parsed, type HostCommand } from "../../connect/command.ts";
import { firstLine } from "../text.ts";
import { parsePhpFiles, type PhpFiles } from "./parse-php-files.ts";
import { parsePhpSettings, type PhpSettings } from "./parse-php-settings.ts";

/** Asked once, before PHP is put in order; Debian's layout of Apache and PHP. */
export const phpFiles: HostCommand<PhpFiles, void, "read"> = {
  id: "web.php_files",
  kind: "host",
  effect: "read",
  lane: "own",
  asks: "PHP modules and FPMs installed and enabled, MPM, and PHP's files of settings",
  privilege: { need: "login" },
  deadlineMs: 5_000,
  argv: () => [
    "find",
    "/usr/lib/apache2/modules",
    "/etc/apache2/mods-available",
    "/etc/apache2/mods-enabled",
    "/etc/apache2/conf-available",
    "/etc/apache2/conf-enabled",
    "/usr/sbin",
    "/etc/php",
    "-maxdepth",
    "4",
    "(",
    ...[
      "libphp*.so",
      "php*.load",
      "php*-fpm.conf",
      "mpm_*.load",
      "proxy.load",
      "proxy_fcgi.load",
      "setenvif.load",
      "php-fpm*",
      "*.ini",
    ].flatMap((name, at) => (at === 0 ? ["-name", name] : ["-o", "-name", name])),
    ")",
    "-printf",
    "%p\\t%y\\t%Y\\n",
  ],
  parse: parsePhpFiles,
};

export const phpSettings: HostCommand<PhpSettings, { readonly path: string }, "read"> = {
  id: "web.php_settings",
  kind: "host",
  effect: "read",
  lane: "own",
  asks: "The settings in one of PHP's files, to tell what differs between two versions",
  privilege: { need: "root", why: "files of settings may be readable by root alone" },
  deadlineMs: 5_000,
  conceal: "PHP's settings may hold passwords",
  argv: ({ path }) => ["/usr/bin/grep", "-E", "^[[:space:]]*[a-zA-Z][a-zA-Z0-9_.]*[[:space:]]*=", "--", path],
  parse: parsePhpSettings,
};

/** Exit code 0: the same bytes; 1: not; 2: one is not there. */
export const sameFile: HostCommand<boolean, { readonly from: string; readonly to: string }, "read"> = {
  id: "web.same_file",
  kind: "host",
  effect: "read",
  lane: "own",
  asks: "Whether two files hold the same",
  privilege: { need: "root", why: "files of settings may be readable by root alone" },
  deadlineMs: 5_000,
  argv: ({ from, to }) => ["/usr/bin/cmp", "-s", "--", from, to],
  parse: ({ exitCode, stderr }) =>
    exitCode <= 2 ? parsed(exitCode === 0) : notParsed("failed", firstLine(stderr, `cmp ended with ${exitCode}`)),
};
