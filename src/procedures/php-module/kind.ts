import { z } from "zod";
import { plural } from "../../systems/format.ts";
import { configTest } from "../../systems/web/commands.ts";
import { phpFiles } from "../../systems/web/php-commands.ts";
import { webFactsSchema } from "../../systems/web/facts-schema.ts";
import { unreadableJournal, type PlanRequest, type Planned, type ProcedureKind } from "../kind.ts";
import { readOnce } from "../read-once.ts";
import { webServedElsewhere } from "../served-elsewhere.ts";
import { loadedUnits } from "../unit-actions.ts";
import { factsOf, type View } from "../view.ts";
import { choiceSchema, choosePhp, isSwitched, needsRestart, type Way } from "./choose.ts";
import { phpProcedure, type PhpPlan } from "./procedure.ts";
import { compareSettings, copySchema, type Settings } from "./settings.ts";

export const phpModuleKind: ProcedureKind = {
  name: "php-module",
  title: "Put PHP back in order",
  about:
    "enables the PHP that is installed in Apache, after an upgrade that lost it or beside an MPM it cannot run under",
  on: "host",
  options: [
    {
      name: "way",
      about: "auto: as it ran before; prefork: as Apache's module, with the MPM it needs; fpm: beside Apache",
      fallback: "auto",
      choices: ["auto", "prefork", "fpm"],
    },
    { name: "version", about: "of PHP, such as 8.2; left out: the newest that is installed", fallback: "" },
    {
      name: "settings",
      about: "carry: copy the settings that differ from where they were, with a copy kept of what is there",
      fallback: "leave",
      choices: ["leave", "carry"],
    },
  ],
  plan: async (request) => {
    const { subject: host, view } = request;
    const { web } = view.cluster;
    if (web === undefined || !web.hosts.includes(host))
      return { ok: false, why: `${host} has no web server in the inventory` };
    if (web.service !== "apache2")
      return {
        ok: false,
        why: `it knows Apache as Debian has it (a2enmod), and the web server here is ${web.service}`,
      };
    return planOf(request);
  },
  replan: async ({ subject, params, view }) => {
    const plan = planSchema.safeParse(jsonOf(params["plan"] ?? ""));
    if (!plan.success) return unreadableJournal("php-module");
    return { ok: true, procedure: phpProcedure(subject, plan.data, [], webServedElsewhere(subject, view)) };
  },
};

const planSchema: z.ZodType<PhpPlan> = z.object({
  choice: choiceSchema,
  copies: z.array(copySchema),
  sinceMs: z.number().optional(),
  wasWell: z.boolean(),
  mustRestart: z.boolean(),
  stamp: z.string().regex(/^\d{8}T\d{6}Z$/),
});

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const planOf = async ({ subject: host, options, view, reads }: PlanRequest): Promise<Planned> => {
  const [files, test, units] = await Promise.all([
    readOnce(reads, host, phpFiles, undefined),
    readOnce(reads, host, configTest, { service: "apache2" }),
    loadedUnits(reads, host, ["apache2.service"]),
  ]);
  if (!files.ok) return { ok: false, why: files.problem };
  if (!units.ok) return { ok: false, why: units.problem };
  const chosen = choosePhp(files.value, wayOf(options.get("way")), options.get("version") ?? "");
  if (!chosen.ok) return chosen;
  const { choice } = chosen;
  const compared = await compareSettings(host, files.value, choice, reads);
  if (!compared.ok) return { ok: false, why: `PHP's settings cannot be compared: ${compared.problem}` };
  const [unit] = units.value;
  const page = factsOf(view, "web", webFactsSchema)?.origins.find((origin) => origin.host === host)?.page;
  const serves = page?.state === "known" && page.value.ok;
  const wasWell = unit?.active === "active" && test.ok && test.value.passes && serves;
  const carries = options.get("settings") === "carry";
  const copies = carries ? compared.value.copies : [];
  if (isSwitched(choice) && copies.length === 0 && wasWell)
    return {
      ok: false,
      why: `nothing to do: Apache on ${host} runs PHP ${choice.version} by ${choice.way === "fpm" ? "FPM" : "its module"}, and its page is good`,
    };
  const plan: PhpPlan = {
    choice,
    copies,
    ...(unit?.sinceMs === undefined ? {} : { sinceMs: unit.sinceMs }),
    wasWell,
    // Apache that does not run, or has something else loaded than its configuration says, does not heal by a reload.
    mustRestart: needsRestart(choice) || !wasWell,
    stamp: new Date(view.picture.nowMs).toISOString().replaceAll(/[-:]|\.\d+/g, ""),
  };
  const warnings = warningsOf(plan, compared.value, carries, serves, host, view);
  return { ok: true, procedure: phpProcedure(host, plan, warnings, webServedElsewhere(host, view)) };
};

const wayOf = (text: string | undefined): Way => (text === "prefork" || text === "fpm" ? text : "auto");

const warningsOf = (
  { choice, mustRestart, wasWell }: PhpPlan,
  { words, copies }: Settings,
  carries: boolean,
  serves: boolean,
  host: string,
  { cluster }: View,
): readonly string[] => [
  ...words.map((line) => `settings: ${line}`),
  ...(copies.length === 0
    ? []
    : carries
      ? [`settings: ${plural(copies.length, "file")} copied; what is there is kept beside it`]
      : [
          `settings: left as they are; --set settings=carry copies ${plural(copies.length, "file")}, with a copy kept of what is there`,
        ]),
  ...(mustRestart && serves
    ? [
        `Apache is restarted: requests under way are cut off. Drained first, nobody notices: midwatch run drain --host ${host}`,
      ]
    : []),
  ...(wasWell
    ? []
    : ["it is broken now: taking this back puts the links back as far as they led anywhere, and no more"]),
  ...(choice.way === "fpm" && cluster.web?.fpm.length === 0
    ? [`write php${choice.version}-fpm into the inventory (web.fpm), so that it is watched`]
    : []),
];
