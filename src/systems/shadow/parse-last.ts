import { notParsed, parsed, unreadable, type Parsed } from "../../connect/command.ts";
import type { HostReply } from "../../connect/reply.ts";
import { firstLine, shortText, wholeNumber } from "../text.ts";

/** Times are by the host's clock, ms since the epoch. */
export interface LastRun {
  readonly startedAtMs: number;
  /** Absent while it runs, and for ever when it was killed. */
  readonly finishedAtMs?: number | undefined;
  readonly result: "running" | "ok" | "failed" | "paused";
  readonly exitCode?: number | undefined;
  /** Why it failed or is paused, in the script's words. */
  readonly reason?: string | undefined;
  /** Files it copied and deleted. */
  readonly changed?: number | undefined;
  readonly deleted?: number | undefined;
  readonly lastSuccessAtMs?: number | undefined;
}

/**
 * The file a sync script leaves for monitors, replaced in one go: `key=value` lines, times in seconds since the epoch.
 *
 *     started=1795223521       needed
 *     finished=1795223522      empty or absent while it runs
 *     result=ok                ok, failed, paused or running; or its exit code, of which 0 is ok
 *     exit=0  reason=  changed=0  deleted=0  last_success=1795223522      may be absent
 *
 * Keys that are not known are left to the script.
 */
export const parseLast = (reply: HostReply): Parsed<LastRun> => {
  if (reply.exitCode !== 0) {
    const why = firstLine(reply.stderr, `cat ended with ${reply.exitCode}`);
    if (/No such file/.test(reply.stderr))
      return notParsed(
        "missing",
        `the sync has left no trace: ${why}`,
        "has it ever run, and is shadow.state in the inventory right?",
      );
    return notParsed(
      /Permission denied/.test(reply.stderr) ? "privilege" : "failed",
      why,
      "make the file readable for all",
    );
  }
  const fields = new Map<string, string>();
  for (const line of reply.stdout.split("\n")) {
    const at = line.indexOf("=");
    if (at > 0) fields.set(line.slice(0, at).trim(), line.slice(at + 1).trim());
  }
  const at = (key: string): number | undefined => {
    const seconds = wholeNumber(fields.get(key));
    return seconds === undefined || seconds > 1e11 ? undefined : seconds * 1_000;
  };
  const startedAtMs = at("started");
  const finishedAtMs = at("finished");
  const exitCode = wholeNumber(fields.get("exit")) ?? wholeNumber(fields.get("result"));
  const result = resultOf(fields.get("result") ?? "", finishedAtMs !== undefined);
  if (startedAtMs === undefined) return unreadable("the sync's file has no started= in seconds since the epoch");
  if (result === undefined) return unreadable("the sync's file has no result= that is known");
  const reason = shortText(fields.get("reason") ?? "");
  return parsed({
    startedAtMs,
    finishedAtMs,
    result,
    exitCode,
    reason: reason === "" ? undefined : reason,
    changed: wholeNumber(fields.get("changed")),
    deleted: wholeNumber(fields.get("deleted")),
    lastSuccessAtMs: at("last_success") ?? (result === "ok" ? finishedAtMs : undefined),
  });
};

const resultOf = (word: string, finished: boolean): LastRun["result"] | undefined => {
  if (word === "ok" || word === "failed" || word === "paused" || word === "running") return word;
  if (wholeNumber(word) !== undefined) return Number(word) === 0 ? "ok" : "failed";
  return word === "" && !finished ? "running" : undefined;
};
