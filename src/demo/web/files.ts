import { isNode, SITE, type HostName } from "../layout.ts";
import { file, folder, link, type Entry } from "../shell/files.ts";
import type { World } from "../world.ts";
import { phpRelease } from "./state.ts";

/** Modules of a stock Apache with prefork, and whether each has a .conf beside its .load. */
export const MODULES: readonly (readonly [name: string, conf: boolean])[] = [
  ["access_compat", false],
  ["alias", true],
  ["auth_basic", false],
  ["authn_core", false],
  ["authn_file", false],
  ["authz_core", false],
  ["authz_host", false],
  ["authz_user", false],
  ["autoindex", true],
  ["deflate", true],
  ["dir", true],
  ["env", false],
  ["filter", false],
  ["mime", true],
  ["mpm_prefork", true],
  ["negotiation", true],
  ["reqtimeout", true],
  ["rewrite", false],
  ["setenvif", true],
  ["status", true],
];

export const MODULES_DIR = "/usr/lib/apache2/modules";

export const PHP_SOURCE = `<?php
// What the load balancer and the watch ask for: PHP runs here and the extensions the shop needs are loaded.
declare(strict_types=1);
$missing = array_filter(['redis', 'pdo_mysql'], fn ($name) => !extension_loaded($name));
header('Content-Type: text/plain');
echo 'healthy ' . gethostname() . ' php ' . PHP_VERSION . "\\n";
`;

/** Apache's and PHP's files on a node. */
export const webFiles = (world: World, name: HostName): readonly (readonly [string, Entry])[] => {
  if (!isNode(name)) return [];
  const web = world.web[name];
  const installedMs = world.hosts[name].bootedAtMs - 86_400_000;
  const entries: [string, Entry][] = [
    [
      "/etc/apache2/apache2.conf",
      file("IncludeOptional mods-enabled/*.load\nIncludeOptional mods-enabled/*.conf\n", installedMs),
    ],
    ["/etc/apache2/sites-available/shop.conf", file("<VirtualHost *:80>\n", installedMs)],
    ["/etc/apache2/sites-enabled/shop.conf", link("../sites-available/shop.conf", installedMs)],
    ["/etc/apache2/conf-available/security.conf", file("ServerTokens OS\n", installedMs)],
    ["/etc/apache2/conf-enabled/security.conf", link("../conf-available/security.conf", installedMs)],
    ["/etc/php/8.2/mods-available", folder(installedMs)],
    [`${SITE.docroot}${SITE.health}`, file(PHP_SOURCE, installedMs)],
    [`${SITE.docroot}/uploads`, link("/data/uploads", installedMs)],
    [`${SITE.docroot}/index.php`, file("<?php require 'shop.php';\n", installedMs)],
  ];
  const module = (id: string, conf: boolean, enabled: boolean): void => {
    for (const ending of conf ? ["load", "conf"] : ["load"]) {
      const library = id.startsWith("php") ? `lib${id}.so` : `mod_${id}.so`;
      const text = ending === "load" ? `LoadModule ${id}_module ${MODULES_DIR}/${library}\n` : "";
      entries.push([`/etc/apache2/mods-available/${id}.${ending}`, file(text, installedMs)]);
      if (!enabled) continue;
      entries.push([
        `/etc/apache2/mods-enabled/${id}.${ending}`,
        link(`../mods-available/${id}.${ending}`, installedMs),
      ]);
    }
  };
  for (const [id, conf] of MODULES) {
    module(id, conf, SWITCHED.has(id) ? web.enabled.has(id) : true);
    entries.push([`${MODULES_DIR}/mod_${id}.so`, file("", installedMs)]);
  }
  for (const id of ["mpm_event", "proxy", "proxy_fcgi"]) module(id, id === "mpm_event", web.enabled.has(id));
  for (const version of new Set([phpRelease, ...web.phpModules])) {
    module(`php${version}`, true, web.enabled.has(`php${version}`));
  }
  // FPM is there for the version the system came with.
  const fpm = `php${phpRelease}-fpm.conf`;
  entries.push(
    [`/usr/sbin/php-fpm${phpRelease}`, file("", installedMs, 0o755)],
    [`/etc/apache2/conf-available/${fpm}`, file("<IfModule !mod_php8.c>\n", installedMs)],
  );
  if (web.enabled.has(`php${phpRelease}-fpm`))
    entries.push([`/etc/apache2/conf-enabled/${fpm}`, link(`../conf-available/${fpm}`, installedMs)]);
  for (const version of web.phpModules) entries.push([`${MODULES_DIR}/libphp${version}.so`, file("", installedMs)]);
  for (const [path, text] of web.settings)
    entries.push([path, file(text, installedMs, path.endsWith("sessions.ini") ? 0o600 : 0o644)]);
  for (const path of web.kept) entries.push([path, folder(world.nowMs)]);
  return entries;
};

/** Modules of the list below that are switched. */
const SWITCHED: ReadonlySet<string> = new Set(["mpm_prefork", "setenvif"]);
