import { isNode, SITE, VERSIONS, type HostName } from "../layout.ts";
import { file, folder, link, type Entry } from "../shell/files.ts";
import type { World } from "../world.ts";

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

const MODULES_DIR = "/usr/lib/apache2/modules";
export const PHP_MODULE = `${MODULES_DIR}/libphp8.2.so`;

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
    ["/etc/php/8.2/apache2/php.ini", file("; PHP's own settings\n", installedMs)],
    [
      "/etc/php/8.2/apache2/conf.d/90-sessions.ini",
      file(
        'session.save_handler = redis\nsession.save_path = "tcp://lb1:6380?auth=hidden&timeout=2"\n',
        installedMs,
        0o600,
      ),
    ],
    ["/etc/php/8.2/cli/php.ini", file("; PHP's own settings\n", installedMs)],
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
    module(id, conf, true);
    entries.push([`${MODULES_DIR}/mod_${id}.so`, file("", installedMs)]);
  }
  module("mpm_event", true, false);
  module(`php${phpRelease}`, true, web.moduleEnabled);
  if (web.moduleInstalled) entries.push([PHP_MODULE, file("", installedMs)]);
  return entries;
};

export const phpRelease = VERSIONS.php.split(".").slice(0, 2).join(".");
