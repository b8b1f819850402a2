import { z } from "zod";
import type { PhpFiles } from "../../systems/web/parse-php-files.ts";

const versionText = z.string().regex(/^\d+\.\d+$/);
const sapiName = z.string().regex(/^[a-z0-9]+$/);
const linkNames = z.array(z.string().regex(/^[a-z][\w.-]*$/));

/** What is to be switched so that Apache runs one PHP; stands in the journal. */
export const choiceSchema = z.object({
  way: z.enum(["module", "fpm"]),
  version: versionText,
  /** In the order in which they go; `mpm_event` among them. */
  modulesOff: linkNames,
  confsOff: linkNames,
  modulesOn: linkNames,
  confsOn: linkNames,
  /** Modules among `modulesOff` whose file is gone: nothing can put them back. */
  lost: linkNames,
  /** Where the settings were, and where they will be read. */
  from: z.object({ version: versionText, sapi: sapiName }).optional(),
  to: z.object({ version: versionText, sapi: sapiName }),
});

export type Choice = z.output<typeof choiceSchema>;

/** auto: as PHP ran before, and never another MPM. prefork: as a module, whatever the MPM is. fpm: beside Apache. */
export type Way = "auto" | "prefork" | "fpm";

type Chosen = { readonly ok: true; readonly choice: Choice } | { readonly ok: false; readonly why: string };

const refused = (why: string): Chosen => ({ ok: false, why });

/** Which PHP, and how; or why not, with the ways out. */
export const choosePhp = (files: PhpFiles, way: Way, version: string): Chosen => {
  const how = way === "fpm" ? "fpm" : way === "prefork" ? "module" : asBefore(files);
  const there = how === "fpm" ? files.fpms : files.modules;
  const enabled = how === "fpm" ? files.enabledFpms : files.enabledModules;
  const chosen = version === "" ? (enabled.find((each) => there.includes(each)) ?? there[0]) : version;
  if (chosen === undefined || !there.includes(chosen)) return refused(notThere(files, how, chosen));
  const threaded = files.mpms.filter((mpm) => mpm !== "prefork");
  if (how === "module" && way === "auto" && threaded.length > 0) return refused(conflict(files, threaded, chosen));
  return { ok: true, choice: how === "module" ? byModule(files, chosen, threaded) : byFpm(files, chosen) };
};

const asBefore = ({ enabledModules, enabledFpms, modules, fpms }: PhpFiles): "module" | "fpm" => {
  if (enabledModules.length > 0) return "module";
  if (enabledFpms.length > 0) return "fpm";
  return modules.length > 0 || fpms.length === 0 ? "module" : "fpm";
};

const notThere = ({ enabledModules, modules, fpms }: PhpFiles, how: "module" | "fpm", version?: string): string => {
  const wanted = version ?? enabledModules[0] ?? "";
  const there = (how === "fpm" ? fpms : modules).join(", ");
  const pack = how === "fpm" ? `php${wanted}-fpm` : `libapache2-mod-php${wanted}`;
  const what = `${how === "fpm" ? "FPM" : "the module"} of PHP${wanted === "" ? "" : ` ${wanted}`} is not installed`;
  const other = how === "module" && fpms.length > 0 ? `; or FPM ${fpms.join(", ")}, which is there: --set way=fpm` : "";
  return `${what}${there === "" ? "" : ` (there is ${there})`}: sudo apt-get install ${pack}${other}`;
};

const conflict = ({ fpms }: PhpFiles, threaded: readonly string[], version: string): string => {
  const names = threaded.map((mpm) => `mpm_${mpm}`).join(" and ");
  const fpm = fpms[0];
  const beside =
    fpm === undefined
      ? `sudo apt-get install php${version}-fpm, then --set way=fpm keeps ${names} and runs PHP beside Apache`
      : `--set way=fpm keeps ${names} and runs PHP ${fpm} beside Apache`;
  return `${names} is on, and PHP's module needs mpm_prefork. Two ways out: --set way=prefork changes the MPM (a restart); ${beside}`;
};

const byModule = (files: PhpFiles, version: string, threaded: readonly string[]): Choice => {
  const { enabledModules, enabledFpms, mpms, modules } = files;
  const others = enabledModules.filter((each) => each !== version);
  return {
    way: "module",
    version,
    modulesOff: [...others.map(php), ...threaded.map((mpm) => `mpm_${mpm}`)],
    confsOff: enabledFpms.map(fpmConf),
    modulesOn: [
      ...(mpms.includes("prefork") ? [] : ["mpm_prefork"]),
      ...(enabledModules.includes(version) ? [] : [php(version)]),
    ],
    confsOn: [],
    lost: others.filter((each) => !modules.includes(each)).map(php),
    ...fromOf(files, { version, sapi: "apache2" }),
  };
};

const byFpm = (files: PhpFiles, version: string): Choice => {
  const { enabledModules, enabledFpms, modules, proxy, proxyFcgi, setenvif } = files;
  return {
    way: "fpm",
    version,
    modulesOff: enabledModules.map(php),
    confsOff: enabledFpms.filter((each) => each !== version).map(fpmConf),
    modulesOn: [...(proxy ? [] : ["proxy"]), ...(proxyFcgi ? [] : ["proxy_fcgi"]), ...(setenvif ? [] : ["setenvif"])],
    confsOn: enabledFpms.includes(version) ? [] : [fpmConf(version)],
    lost: enabledModules.filter((each) => !modules.includes(each)).map(php),
    ...fromOf(files, { version, sapi: "fpm" }),
  };
};

/** The settings that were in use; where nothing is enabled any more, those that somebody changed. */
const fromOf = (files: PhpFiles, to: Choice["to"]): Pick<Choice, "from" | "to"> => {
  const { enabledModules, enabledFpms, settings } = files;
  const used = [
    ...enabledModules.map((version) => ({ version, sapi: "apache2" })),
    ...enabledFpms.map((version) => ({ version, sapi: "fpm" })),
  ];
  const isTo = (where: Choice["to"]): boolean => sameSapi(where, to);
  // What is enabled already has its settings where they are read.
  if (used.some(isTo)) return { to };
  const own = settings.filter(({ name, isLink }) => name.startsWith("conf.d/") && !isLink);
  const changed = own.filter(({ sapi }) => sapi === "apache2" || sapi === "fpm").toReversed();
  const from = [...used.filter((each) => settings.some((file) => sameSapi(file, each))), ...changed].find(
    (each) => !isTo(each),
  );
  if (from === undefined || (used.length === 0 && own.some(isTo))) return { to };
  return { from: { version: from.version, sapi: from.sapi }, to };
};

const sameSapi = (a: Choice["to"], b: Choice["to"]): boolean => a.version === b.version && a.sapi === b.sapi;

const php = (version: string): string => `php${version}`;
const fpmConf = (version: string): string => `php${version}-fpm`;

/** Nothing is to be switched: at most Apache must take up what is there. */
export const isSwitched = ({ modulesOff, confsOff, modulesOn, confsOn }: Choice): boolean =>
  [modulesOff, confsOff, modulesOn, confsOn].every((names) => names.length === 0);

/** Another MPM, or another PHP in the same process, is not taken up by a reload. */
export const needsRestart = ({ modulesOff, modulesOn }: Choice): boolean =>
  [...modulesOff, ...modulesOn].some((name) => name.startsWith("mpm_")) ||
  modulesOff.some((name) => name.startsWith("php"));
