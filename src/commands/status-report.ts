import { z } from "zod";
import type { Picture } from "../watch/picture.ts";
import type { Link } from "../connect/access.ts";
import type { Finding } from "../systems/finding.ts";
import { systems } from "../systems/registry.ts";
import { unknownReasonSchema } from "../systems/reading.ts";

/**
 * `midwatch status --json`, version 1. Fields may be added within a version; one that is removed or changes its
 * meaning makes a new version. The JSON Schema in docs/ is generated from here.
 */
const STATUS_VERSION = 1;

const severitySchema = z.enum(["ok", "info", "warning", "unknown", "critical"]);

const findingSchema = z.object({
  id: z.string().describe("Stable: system.rule"),
  severity: severitySchema,
  subject: z.string(),
  host: z.string().optional(),
  text: z.string(),
  next: z.string().optional().describe("The next safe step"),
  evidence: z.array(z.string()).describe("Keys of the probes it rests on"),
  clearing: z.boolean().optional().describe("Not seen at the last look: it goes when three answers were good"),
  explainedBy: z.array(z.object({ id: z.string(), host: z.string().optional() })).optional(),
});

const verdictSchema = z.object({
  host: z.string(),
  stance: z.enum(["safe", "wait", "unknown", "no"]).describe("May the host be taken out now?"),
  reasons: z
    .array(
      z.object({
        stance: z.enum(["safe", "wait", "unknown", "no"]),
        system: z.string(),
        text: z.string(),
        expectedMs: z.number().optional().describe("For wait: until the condition should hold, ms"),
        endsSites: z.literal(true).optional().describe("Without this host the sites are down as a whole"),
        evidence: z.array(z.string()),
      }),
    )
    .describe("The decisive ones first"),
});

const hostSchema = z.object({
  name: z.string(),
  severity: severitySchema,
  link: z.object({
    state: z.enum(["connecting", "up", "down"]),
    sinceMs: z.number().describe("ms since the epoch"),
    roundTripMs: z.number().optional(),
    reason: unknownReasonSchema.optional(),
    detail: z.string().optional(),
    fix: z.string().optional(),
  }),
  verdict: verdictSchema,
});

const systemSchema = (facts: z.ZodType): z.ZodType =>
  z.object({
    severity: severitySchema,
    summary: z.string().describe("As the console's one line"),
    pending: z.boolean().describe("True while some question has had no answer yet"),
    facts,
  });

export const statusSchema = z.object({
  version: z.literal(STATUS_VERSION),
  midwatch: z.string().describe("Version of midwatch"),
  cluster: z.string(),
  atMs: z.number().describe("ms since the epoch"),
  overall: severitySchema,
  headline: z.string(),
  next: z.string().optional(),
  sites: z
    .object({ severity: severitySchema, text: z.string().describe("As the console says it") })
    .optional()
    .describe(
      "Whether the sites are up, by the load balancers' own checks and the hosts' own pages; left out when no system can tell",
    ),
  hosts: z.array(hostSchema),
  systems: z.object(
    Object.fromEntries(systems.map((system) => [system.id, systemSchema(system.factsSchema).optional()])),
  ),
  findings: z.array(findingSchema).describe("Worst first"),
  stories: z
    .array(z.object({ root: z.string(), severity: severitySchema, consequences: z.array(z.string()) }))
    .describe("Cause and consequences, worst first; findings named as `id subject`"),
});

/** The picture as plain data in the shape of {@link statusSchema}. */
export const statusReport = (picture: Picture, midwatch: string): unknown => ({
  version: STATUS_VERSION,
  midwatch,
  cluster: picture.cluster.name,
  atMs: picture.nowMs,
  overall: picture.overall,
  headline: picture.headline,
  ...(picture.next === undefined ? {} : { next: picture.next }),
  ...(picture.sites === undefined ? {} : { sites: { severity: picture.sites.severity, text: picture.sites.text } }),
  hosts: picture.hosts.map(({ name, severity, link, verdict }) => ({
    name,
    severity,
    link: linkReport(link),
    verdict,
  })),
  systems: Object.fromEntries(
    picture.systems.map(({ id, pane, pending, facts }) => [
      id,
      { severity: pane.severity, summary: pane.summary.map((part) => part.text).join(""), pending, facts },
    ]),
  ),
  findings: picture.findings,
  stories: picture.stories.map(({ root, severity, consequences }) => ({
    root: nameOf(root),
    severity,
    consequences: consequences.map(nameOf),
  })),
});

const nameOf = ({ id, subject }: Finding): string => `${id} ${subject}`;

const linkReport = (link: Link): unknown => {
  if (link.state !== "down") return link;
  const { nextTryAtMs: _, ...rest } = link;
  return rest;
};

/** Exit codes as monitoring plugins use them: 0 healthy, 1 warning, 2 critical, 3 unknown. */
export const statusExitCode = ({ overall }: Picture): 0 | 1 | 2 | 3 => {
  switch (overall) {
    case "ok":
    case "info":
      return 0;
    case "warning":
      return 1;
    case "critical":
      return 2;
    case "unknown":
      return 3;
  }
};
