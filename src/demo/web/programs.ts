import { glob } from "../host/find.ts";
import { versionOn } from "../host/packages.ts";
import { isNode, VERSIONS } from "../layout.ts";
import { fail, lines, out, type Call, type Output, type Program } from "../shell/program.ts";
import { configProblem, moduleList } from "./configuration.ts";
import { MODULES } from "./files.ts";
import { phpRelease, type WebState } from "./state.ts";
import { switchPrograms } from "./switches.ts";

/** Apache's, PHP's and dpkg's answers about them. */
export const webPrograms: readonly Program[] = [
  ...switchPrograms,
  { path: "/usr/sbin/apache2ctl", run: (call) => onNode(call, (web) => apache(web, call, "apache2ctl")) },
  { path: "/usr/sbin/apache2", run: (call) => onNode(call, (web) => apache(web, call, "apache2")) },
  { path: "/usr/sbin/a2query", run: (call) => onNode(call, (web) => a2query(web, call.args)) },
  { path: "/usr/bin/php", run: (call) => onNode(call, () => php(call.args)) },
  { path: "/usr/bin/dpkg-query", run: (call) => dpkgQuery(call) },
];

const onNode = (call: Call, run: (web: WebState) => Output): Output => {
  const { name } = call.host;
  return isNode(name) ? run(call.world.web[name]) : fail(127, "sh: 1: not found");
};

const VERSION = `Server version: Apache/${VERSIONS.apache} (Debian)\nServer built:   2026-06-12T05:08:45\n`;

const apache = (web: WebState, { args }: Call, program: string): Output => {
  const [first = ""] = args;
  if (first === "-v" || first === "-V") return out(first === "-v" ? VERSION : `${VERSION}Server MPM:     prefork\n`);
  const problem = configProblem(web);
  const action = first === "-t" || first === "configtest" ? "configtest" : first;
  if (problem !== undefined) {
    const log = "The Apache error log may have more information.";
    return fail(1, program === "apache2ctl" ? `${problem}\nAction '${first}' failed.\n${log}` : problem, "", 40);
  }
  if (first === "-M" || first === "-l" || args.includes("DUMP_MODULES")) return out(moduleList(web), 40);
  if (action === "configtest") return { stdout: "", stderr: "Syntax OK\n", exitCode: 0, takesMs: 40 };
  return fail(1, "Usage: apache2 [-D name] [-d directory] [-f file] [-v] [-V] [-h] [-l] [-L] [-t] [-T] [-S] [-X]");
};

const a2query = (web: WebState, args: readonly string[]): Output => {
  const [option, name = ""] = args;
  if (option === "-M") return out(`${[...web.enabled].find((each) => each.startsWith("mpm_"))?.slice(4) ?? ""}\n`);
  if (option === "-v") return out(`${VERSIONS.apache}\n`);
  if (option !== "-m") return fail(1, "a2query: unknown option");
  const enabled = web.enabled.has(name) || MODULES.some(([module]) => module === name);
  return enabled ? out(`${name} (enabled by maintainer script)\n`) : fail(1, `No module matches ${name}`);
};

const php = (args: readonly string[]): Output =>
  args[0] === "-v"
    ? out(
        `PHP ${VERSIONS.php} (cli) (built: Jul  3 2026 12:22:11) (NTS)\nCopyright (c) The PHP Group\nZend Engine v4.2.32, Copyright (c) Zend Technologies\n    with Zend OPcache v${VERSIONS.php}, Copyright (c), by Zend Technologies\n`,
      )
    : fail(1, "Could not open input file");

/** `dpkg-query -W -f FORMAT [PATTERN…]` for the packages that matter here. */
const dpkgQuery = ({ args, world, host }: Call): Output => {
  const { name } = host;
  const format = args.find((word) => word.startsWith("-f") || word.startsWith("--showformat="));
  const at = format === undefined ? -1 : args.indexOf(format);
  const inline = format?.replace(/^(-f=?|--showformat=)/, "") ?? "";
  const template = inline === "" && at >= 0 ? (args[at + 1] ?? "") : inline;
  const patterns = args.filter((word, index) => !word.startsWith("-") && !(inline === "" && index === at + 1));
  const php = `${VERSIONS.php}-1~deb12u1`;
  const installed = isNode(name) && world.web[name].phpModules.has(phpRelease);
  const packages: (readonly [string, string, string])[] = isNode(name)
    ? [
        ["apache2", `${VERSIONS.apache}-1~deb12u1`, "ii "],
        ["libapache2-mod-php", "2:8.2+93", "ii "],
        [`libapache2-mod-php${phpRelease}`, php, installed ? "ii " : "rc "],
        ["php-fpm", "2:8.2+93", "un "],
        ["php-redis", "5.3.7+4.3.0-3", "ii "],
        [`php${phpRelease}-cli`, php, "ii "],
        [`php${phpRelease}-redis`, "5.3.7+4.3.0-3", "ii "],
        ["mariadb-server", `1:${VERSIONS.mariadb}-0+deb12u1`, "ii "],
        ["glusterfs-server", "10.3-5", "ii "],
      ]
    : [
        ["haproxy", VERSIONS.haproxy, "ii "],
        ["redis-server", "5:7.0.15-1~deb12u5", "ii "],
      ];
  for (const id of [...host.upgrades.map((one) => one.name), ...host.upgraded.keys()])
    if (!packages.some(([known]) => known === id)) packages.push([id, "0", "ii "]);
  const found = packages.filter(
    ([id, , state]) => state !== "un " && (patterns.length === 0 || patterns.some((pattern) => glob(pattern).test(id))),
  );
  const missing = patterns.filter((pattern) => !packages.some(([id]) => glob(pattern).test(id)));
  const stdout = found.map(([id, version, state]) => fill(template, id, versionOn(host, id, version), state)).join("");
  const stderr = lines(missing.map((pattern) => `dpkg-query: no packages found matching ${pattern}`));
  return { stdout, stderr, exitCode: missing.length > 0 ? 1 : 0, takesMs: 30 };
};

const fill = (template: string, id: string, version: string, state: string): string => {
  const long = state === "ii " ? "install ok installed" : "deinstall ok config-files";
  return (template === "" ? "${Package}\\t${Version}\\n" : template)
    .replaceAll(/\$\{(?:binary:)?Package(?:;-?\d+)?\}/g, id)
    .replaceAll("${Version}", version)
    .replaceAll("${db:Status-Abbrev}", state)
    .replaceAll("${db:Status-Status}", state === "ii " ? "installed" : "config-files")
    .replaceAll("${Status}", long)
    .replaceAll(String.raw`\t`, "\t")
    .replaceAll(String.raw`\n`, "\n");
};
