import { z } from "zod";
import { readingSchema } from "../reading.ts";
import { unitStateSchema } from "../unit.ts";

const checkSchema = z
  .object({
    code: z.string().describe("HAProxy's check_status, e.g. L7OK, L4CON"),
    words: z.string(),
    passed: z.boolean().optional().describe("Absent when no check has said yet"),
    tookMs: z.number().optional(),
  })
  .readonly();

const serverViewSchema = z
  .object({
    state: z
      .enum(["up", "down", "draining", "maintenance", "unchecked"])
      .describe("unchecked: in use without health checks"),
    status: z.string().describe("As HAProxy prints it"),
    admin: readingSchema(
      z
        .object({
          bits: z.number().int().describe("srv_admin_state"),
          drain: z.boolean(),
          maintenance: z.boolean(),
          by: z.array(z.string()).readonly().describe("Who took it out, in words"),
          configuredWeight: z.number().optional().describe("As the configuration has it"),
        })
        .readonly(),
    ),
    weight: z.number(),
    check: checkSchema.optional(),
    sessions: z.number().int(),
    sessionLimit: z.number().int().optional().describe("Absent: no limit"),
    queue: z.number().int().describe("Requests waiting for this server"),
    sessionsPerSecond: z.number().describe("Over the last second, as HAProxy counts"),
    errorsPerSecond: readingSchema(z.number()).describe("Connection and response errors"),
    responses5xxPerSecond: readingSchema(z.number()).optional().describe("Absent in a TCP proxy"),
    forMs: z.number().optional().describe("In its present state for, ms"),
    drain: readingSchema(
      z
        .object({
          emptyInMs: z
            .number()
            .optional()
            .describe("Until no session is left at the last minute's pace, ms; absent when they do not become fewer"),
        })
        .readonly(),
    )
      .optional()
      .describe("Only while it is drained"),
  })
  .readonly();

const serverSchema = z
  .object({
    server: z.string(),
    host: z.string().optional().describe("The inventory's host behind it; absent when none is known"),
    backup: z.boolean(),
    views: z
      .array(z.object({ loadBalancer: z.string(), view: readingSchema(serverViewSchema) }).readonly())
      .readonly()
      .describe("One for every load balancer"),
    agreed: z.boolean().describe("False when load balancers that answered see it in different states"),
  })
  .readonly();

const sideSchema = z
  .object({
    loadBalancer: z.string(),
    side: z.enum(["frontend", "backend"]),
    status: z.string(),
    sessions: z.number().int(),
    sessionLimit: z.number().int().optional().describe("maxconn of a frontend, fullconn of a backend"),
    queue: z.number().int(),
    sessionsPerSecond: z.number(),
    errorsPerSecond: readingSchema(z.number()),
    responsesPerSecond: readingSchema(z.number()).optional().describe("Absent in a TCP proxy"),
    responses5xxPerSecond: readingSchema(z.number()).optional().describe("Absent in a TCP proxy"),
  })
  .readonly();

const proxySchema = z
  .object({
    proxy: z.string(),
    carries: z.enum(["web", "database", "other"]).describe("By the inventory"),
    servers: z.array(serverSchema).readonly(),
    sides: z.array(sideSchema).readonly().describe("Frontend and backend, per load balancer that answered"),
  })
  .readonly();

const writerSchema = z
  .object({
    proxy: z.string(),
    loadBalancer: z.string(),
    moved: z
      .object({
        from: z.array(z.string()).readonly().describe("Hosts"),
        atMs: z.number().describe("First seen, ms since the epoch"),
      })
      .readonly()
      .optional()
      .describe("Where they went before, when that changed within the history kept"),
    to: readingSchema(
      z
        .object({
          servers: z
            .array(z.string())
            .readonly()
            .describe("Servers new connections go to; more than one: several writers"),
          hosts: z.array(z.string()).readonly(),
          role: z.enum(["active", "backup", "none"]).describe("backup: no active server can be used"),
        })
        .readonly(),
    ),
  })
  .readonly();

const loadBalancerSchema = z
  .object({
    host: z.string(),
    asked: z.enum(["socket", "tcp", "stats"]),
    answers: readingSchema(z.boolean()).describe("Known when its statistics came"),
    unit: readingSchema(unitStateSchema).describe("HAProxy's unit on it"),
    process: readingSchema(
      z
        .object({
          version: z.string(),
          pid: z.number().int(),
          uptimeMs: z.number(),
          connections: z.number().int(),
          connectionLimit: z.number().int().optional(),
          connectionsPerSecond: z.number(),
          idleShare: z.number().min(0).max(1).optional(),
          stopping: z.boolean(),
        })
        .readonly(),
    ),
    reloadKeepsStates: readingSchema(z.boolean()).describe(
      "The configuration names a server-state-file and loads it; the states must still be dumped before a reload",
    ),
  })
  .readonly();

export const haproxyFactsSchema = z
  .object({
    loadBalancers: z.array(loadBalancerSchema).readonly(),
    proxies: z.array(proxySchema).readonly(),
    writers: z.array(writerSchema).readonly().describe("Where database proxies send new connections now"),
  })
  .readonly();

export type HaproxyFacts = z.output<typeof haproxyFactsSchema>;
export type LoadBalancerFact = HaproxyFacts["loadBalancers"][number];
export type ProxyFact = HaproxyFacts["proxies"][number];
export type ServerFact = ProxyFact["servers"][number];
export type ServerView = z.output<typeof serverViewSchema>;
export type SideFact = ProxyFact["sides"][number];
export type WriterFact = HaproxyFacts["writers"][number];
