import { z } from "zod";
import { auditPath } from "../record/audit.ts";
import { parseLine, readLines } from "../record/lines.ts";
import { stateFolder } from "../record/state-folder.ts";
import { chooseCluster, loadClusters, type ClusterChoice } from "./choose.ts";

export interface AuditOptions extends ClusterChoice {
  readonly json?: boolean;
  readonly last: string;
}

const entrySchema = z.looseObject({
  time: z.string(),
  user: z.string(),
  machine: z.string(),
  what: z.string(),
  host: z.string().optional(),
  command: z.string().optional(),
  arguments: z.string().optional(),
  result: z.string().optional(),
  detail: z.string().optional(),
  reason: z.string().optional(),
});

/** `midwatch audit`: who changed what from this machine, refusals included, the newest last. */
export const runAudit = async (options: AuditOptions): Promise<void> => {
  const cluster = chooseCluster(await loadClusters(options), options.cluster);
  const lines = (await readLines(auditPath(stateFolder(cluster.name)))).slice(-Math.max(1, Number(options.last) || 50));
  for (const line of lines) {
    if (options.json === true) process.stdout.write(`${line}\n`);
    else process.stdout.write(`${entryText(line)}\n`);
  }
  if (lines.length === 0) process.stdout.write("nothing was changed, or tried, from here\n");
};

const entryText = (line: string): string => {
  const read = entrySchema.safeParse(parseLine(line));
  if (!read.success) return "(a line that cannot be read)";
  const { time, user, machine, what, host, result, detail, reason, ...entry } = read.data;
  const where = host === undefined ? "" : ` ${host}`;
  const said = [entry.arguments ?? entry.command, result, detail].filter((part) => part !== undefined).join(": ");
  return `${time.slice(0, 19)}Z ${user}@${machine} ${what}${where}${said === "" ? "" : ` ${said.split("\n").join(" ")}`}${reason === undefined ? "" : ` (${reason})`}`;
};
