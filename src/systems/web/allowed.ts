import { varying } from "../../connect/vary.ts";
import type { Cluster } from "../../inventory/cluster.ts";
import { allow, type Allowed } from "../allowed.ts";
import { allowRestarts, disableUnit, enableUnit } from "../host/units.ts";
import { unitName } from "../unit.ts";
import {
  copyFolder,
  copySettings,
  disableConf,
  disableModule,
  enableConf,
  enableModule,
  moveBack,
  removeSettings,
} from "./changes.ts";
import { phpSettings, sameFile } from "./php-commands.ts";
import { startTest } from "./start-test.ts";

const MODULE = varying("php[0-9]+[.][0-9]+|mpm_(prefork|worker|event)|proxy|proxy_fcgi|setenvif", "php8.2");
const CONF = varying("php[0-9]+[.][0-9]+-fpm", "php8.2-fpm");
const FPM = varying("php[0-9]+[.][0-9]+-fpm[.]service", "php8.2-fpm.service");
const STAMP = "[0-9]{8}T[0-9]{6}Z";
const INI = "/etc/php/[0-9]+[.][0-9]+/(apache2|fpm)/(conf[.]d/)?[A-Za-z0-9_-]+[.]ini";
const FROM = varying(INI, "/etc/php/8.2/apache2/php.ini");
const TO = varying(INI, "/etc/php/8.4/apache2/php.ini");
const SUFFIX = varying(`[.]before-midwatch-${STAMP}`, ".before-midwatch-20270115T021431Z");
const KEPT = varying(
  `${INI}[.]before-midwatch-${STAMP}`,
  "/etc/php/8.4/apache2/php.ini.before-midwatch-20270115T021431Z",
);
const FOLDER = varying(
  `/var/backups/apache2[.]before-midwatch-${STAMP}`,
  "/var/backups/apache2.before-midwatch-20270115T021431Z",
);

/** Restarting the web server and its FPMs, and the test before it; on Debian also what puts PHP back in order in Apache. */
export const allowedOnWeb = ({ web }: Pick<Cluster, "web">): readonly Allowed[] =>
  (web?.hosts ?? []).flatMap((host) => [
    ...[web?.service ?? "", ...(web?.fpm ?? [])].flatMap((unit) => allowRestarts(host, unitName(unit))),
    ...(web === undefined ? [] : allow(startTest, host, { service: web.service })),
    ...(web?.service === "apache2" ? phpInApache(host) : []),
  ]);

const phpInApache = (host: string): readonly Allowed[] => [
  ...allow(disableModule, host, { name: MODULE }),
  ...allow(enableModule, host, { name: MODULE }),
  ...allow(disableConf, host, { name: CONF }),
  ...allow(enableConf, host, { name: CONF }),
  ...allow(copyFolder, host, { from: "/etc/apache2", to: FOLDER }),
  ...allow(copySettings, host, { from: FROM, to: TO, suffix: SUFFIX }),
  ...allow(moveBack, host, { from: KEPT, to: TO }),
  ...allow(removeSettings, host, { path: TO }),
  ...allow(phpSettings, host, { path: FROM }),
  ...allow(sameFile, host, { from: FROM, to: TO }),
  ...allow(enableUnit, host, { unit: FPM }),
  ...allow(disableUnit, host, { unit: FPM }),
  ...allowRestarts(host, FPM),
];
