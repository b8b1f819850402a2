import { ask } from "../../connect/command.ts";
import { disableModule, enableModule } from "../../systems/web/changes.ts";
import { phpFiles } from "../../systems/web/php-commands.ts";
import { choosePhp } from "../php-module/choose.ts";
import type { Action, Choice, Reads, Step } from "../procedure.ts";
import { readOnce } from "../read-once.ts";
import { stopUnitOn } from "./actions.ts";
import { phpModuleThere } from "./gates.ts";
import type { Here } from "./here.ts";
import { LATE } from "./nested.ts";
import { unitsDown } from "./stopped-gates.ts";
import type { PackagePlan } from "../../systems/host/parse-package-plan.ts";

const SWITCH: Choice = {
  id: "php",
  title: "put PHP back in order: its lost module off, the one that is installed on; Apache is started anew",
  leads: "go-on",
};

/**
 * An upgrade may take the old PHP module away and leave its link; then Apache fails, or serves PHP as text. Which module
 * is lost and which is there is seen only then: what php-module would switch, of those that were thought of before.
 */
export const phpSteps = ({ cluster, target: { host, php } }: Here): readonly Step[] => [
  {
    id: "php",
    title: "PHP's module",
    why: "an upgrade may take the old PHP module away and leave its link; then Apache fails, or serves PHP as text",
    before: [],
    actions: [],
    after: [phpModuleThere(host)],
    late: php.length === 0 ? LATE : [SWITCH, ...LATE],
    stays: `${host} has new packages; its web server may not start`,
  },
  ...(php.length === 0 || cluster.web?.service !== "apache2"
    ? []
    : [
        {
          id: "php-switch",
          title: "the PHP that is installed, into Apache's configuration",
          why: "nobody is served by it now; Apache is started anew afterwards",
          when: (answers: ReadonlyMap<string, string>) => answers.get("php") === SWITCH.id,
          before: [],
          actions: [
            ...php.map((version) => switched(host, version, "modulesOff")),
            ...php.map((version) => switched(host, version, "modulesOn")),
            stopUnitOn(host, cluster.web.service),
          ],
          after: [phpModuleThere(host), unitsDown(host, [cluster.web.service])],
          stays: `${host} has new packages and another PHP module enabled; its web server is stopped`,
        },
      ]),
];

const SWITCHES = { modulesOn: enableModule, modulesOff: disableModule } as const;

/** Nothing takes it back: the packages that made it necessary stay. What is not known is left as it is, and the gate says so. */
const switched = (host: string, version: string, which: keyof typeof SWITCHES): Action => ({
  id: `${which === "modulesOn" ? "enable" : "disable"} php${version}`,
  target: host,
  ask: ask(SWITCHES[which], { name: `php${version}` }),
  already: async (_view, reads) => {
    const files = await readOnce(reads, host, phpFiles, undefined);
    const chosen = files.ok ? choosePhp(files.value, "auto", "") : undefined;
    return chosen?.ok !== true || !chosen.choice[which].includes(`php${version}`);
  },
});

/** Versions that are there, were once, or come with these packages. */
export const phpVersionsOn = async (
  host: string,
  { upgrades, installs }: PackagePlan,
  reads: Reads,
): Promise<readonly string[]> => {
  const files = await readOnce(reads, host, phpFiles, undefined);
  if (!files.ok) return [];
  const { enabledModules, modules, settings } = files.value;
  const coming = [...upgrades.map(({ name }) => name), ...installs].flatMap(
    (name) => /^libapache2-mod-php(\d+\.\d+)$/.exec(name)?.[1] ?? [],
  );
  return [...new Set([...enabledModules, ...modules, ...settings.map(({ version }) => version), ...coming])];
};
