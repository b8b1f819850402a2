import { z } from "zod";
import { line, url, word } from "../../inventory/text.ts";
import { durationSchema } from "../../inventory/units.ts";

/*
 * A procedure of one's own, as people write it. Every key's description is printed in the JSON Schema and in the docs.
 */

const id = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, "lower-case letters, digits and dashes");

/** Words that stand for hosts; a host's own name does too. */
const TARGETS = ["subject", "master", "sub-servers", "origins", "members", "one-member", "load-balancers"] as const;

export const GATES = [
  "verdict-safe",
  "health-good",
  "config-good",
  "member-synced",
  "nothing-to-heal",
  "no-difference",
  "sync-target-mounted",
  "no-sync-running",
  "no-upgrade-running",
  "command-succeeds",
  "page-answers",
] as const;

export type GateName = (typeof GATES)[number];

const on = word.describe(
  `Where: ${TARGETS.join(", ")}, or a host's name. subject is the host it is run for; one-member is the first database member.`,
);

const argv = z
  .array(line)
  .min(1, "the program and its arguments, one word each")
  .describe("The program and its arguments, one word each: no shell reads them. {name} stands for a parameter.");

const sql = z
  .string()
  .regex(/^[^\p{Cc}]+$/u, "one SQL statement in one line")
  .describe("One SQL statement. {name} stands for a parameter.");

const as = z.enum(["login", "root"]).describe("The SSH account itself, or root by sudo. Default login.");

const gateSchema = z.strictObject({
  gate: z.enum(GATES).describe("What must be the case; the catalogue is in docs/procedures.md."),
  on: on.optional(),
  within: durationSchema.optional().describe("How long it may take."),
  wanted: line.optional().describe("In words, for command-succeeds and page-answers."),
  command: argv.optional().describe("command-succeeds: open when it ends with exit code 0. It must change nothing."),
  as: as.optional().describe("command-succeeds: who runs it."),
  url: url.optional().describe("page-answers: as the host itself sees it."),
  host_header: word.optional().describe("page-answers: the site's name."),
  expect: line.optional().describe("page-answers: text the page must hold."),
});

const runSchema = z.strictObject({
  on,
  command: argv.optional(),
  sql: sql.optional().describe("One SQL statement on a database member; it replicates. {name} stands for a parameter."),
  as: as.default("login"),
  undo: argv.optional().describe("Takes the command back."),
  undo_sql: sql.optional().describe("Takes the statement back."),
  unless: argv
    .optional()
    .describe("Not sent where this ends with exit code 0: it is so already. It must change nothing."),
  unless_sql: sql.optional().describe("Not sent where this SELECT returns a row: it is so already."),
  deadline: durationSchema.prefault("30s").describe("How long it may take."),
  long: z
    .boolean()
    .default(false)
    .describe(
      "Run as a unit of the host's systemd: it survives a lost line. As root, for what takes more than a minute.",
    ),
});

const stepSchema = z.strictObject({
  id: id.describe("Stable: it stands in journals."),
  title: line,
  why: line.describe("Why this step is there, for whoever runs it at night."),
  before: z.array(gateSchema).default([]).describe("What must hold before anything is sent."),
  run: z.array(runSchema).default([]).describe("What is sent, in order; on several hosts one after the other."),
  after: z.array(gateSchema).default([]).describe("What must hold before the next step."),
  stays: line.optional().describe("How things are left if it stops here."),
});

const parameterSchema = z.strictObject({
  about: line.describe("What it decides."),
  default: z.string().optional().describe("Taken when nothing is said; without it the parameter must be given."),
  pattern: z
    .string()
    .default(String.raw`[\w.@:/-]{1,100}`)
    .describe("A regular expression the whole value must match."),
  choices: z.array(line).optional().describe("The values there are."),
});

export const userProcedureSchema = z.strictObject({
  name: id.describe("What it is run by; not one of midwatch's own."),
  title: line.describe("Update WordPress"),
  about: line.describe("What it does, in one line."),
  on: z.enum(["host", "cluster"]).describe("Whether it is run for one host, the subject, or for the whole cluster."),
  parameters: z.record(id, parameterSchema).default({}).describe("What is chosen before it is run."),
  steps: z.array(stepSchema).min(1, "at least one step"),
});

export type UserProcedure = z.output<typeof userProcedureSchema>;
export type UserStep = UserProcedure["steps"][number];
export type UserGate = z.output<typeof gateSchema>;
export type UserRun = z.output<typeof runSchema>;
