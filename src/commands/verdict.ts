import { openAccess } from "../connect/open.ts";
import { nearest } from "../inventory/nearest.ts";
import { EXIT, problem } from "../inventory/problem.ts";
import type { Verdict } from "../safety/verdict.ts";
import { duration } from "../systems/format.ts";
import type { Stance } from "../systems/reason.ts";
import { systems } from "../systems/registry.ts";
import { startWatch } from "../watch/watch.ts";
import { chooseCluster, loadClusters, type ClusterChoice } from "./choose.ts";
import { CommandFailure } from "./failure.ts";

const WORDS: Readonly<Record<Stance, string>> = { safe: "SAFE", wait: "WAIT", no: "NO", unknown: "UNKNOWN" };

/** 0 safe, 1 wait, 2 no, 3 unknown: so that `midwatch verdict web2 && …` goes on only when it is safe. */
const EXIT_CODES: Readonly<Record<Stance, number>> = { safe: 0, wait: 1, no: 2, unknown: 3 };

/** Two rounds of answers: rates and trends need two samples, and a verdict without them would be unknown. */
const SECOND_ROUND_MS = 2_500;

export interface VerdictOptions extends ClusterChoice {
  readonly json?: boolean;
}

/** `midwatch verdict HOST`: may this host be taken out now, with every system's reasons. */
export const runVerdict = async (host: string, options: VerdictOptions): Promise<void> => {
  const cluster = chooseCluster(await loadClusters(options), options.cluster);
  const names = cluster.hosts.map(({ name }) => name);
  if (!names.includes(host)) {
    const near = nearest(host, names);
    throw new CommandFailure([
      problem({
        what: `no host "${host}" in cluster ${cluster.name}; it has ${names.join(", ")}`,
        fix: near === undefined ? undefined : `midwatch verdict ${near}`,
        exitCode: EXIT.usage,
      }),
    ]);
  }
  const watch = startWatch({ cluster, access: openAccess(cluster), systems, damped: false });
  try {
    await watch.firstPicture(10_000);
    await new Promise((resolve) => setTimeout(resolve, SECOND_ROUND_MS));
    const picture = await watch.firstPicture(10_000);
    const verdict = picture.hosts.find(({ name }) => name === host)?.verdict;
    if (verdict === undefined) return;
    process.stdout.write(options.json === true ? `${JSON.stringify(verdict, undefined, 2)}\n` : verdictText(verdict));
    process.exitCode = EXIT_CODES[verdict.stance];
  } finally {
    await watch.close();
  }
};

/** The verdict and its reasons as plain lines, the decisive ones first. */
export const verdictText = ({ host, stance, reasons }: Verdict): string =>
  [
    `${host}: ${WORDS[stance]}`,
    ...reasons.map(
      (reason) =>
        `  ${WORDS[reason.stance].padEnd(8)} ${reason.system.padEnd(8)} ${reason.text}${reason.expectedMs === undefined ? "" : ` (about ${duration(reason.expectedMs)})`}`,
    ),
    "",
  ].join("\n");
