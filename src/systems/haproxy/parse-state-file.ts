import { notParsed, parsed, type Parsed } from "../../connect/command.ts";
import type { HostReply } from "../../connect/reply.ts";
import { firstLine } from "../text.ts";

/** Whether the configuration lets a reload take up server states that were dumped before. */
export interface StateFile {
  /** `server-state-file` or `server-state-base` names where. */
  readonly file: boolean;
  /** `load-server-state-from-file` says that it is read. */
  readonly loads: boolean;
  /** The one file that a reload reads for all backends; absent where each has its own, or where it is not clear. */
  readonly path?: string;
}

/** grep over the configuration: exit code 0 with lines, 1 with none, 2 when something could not be read. */
export const parseStateFile = (reply: HostReply): Parsed<StateFile> => {
  const lines = reply.stdout.split("\n").map((line) => line.trim().split(/\s+/));
  const file = lines.some(([word = ""]) => /^server-state-(file|base)$/.test(word));
  const loads = lines.some(([word, how]) => word === "load-server-state-from-file" && how !== "none");
  // What was found stands even if another file could not be read; what was not found does not.
  if (reply.exitCode > 1 && !(file && loads)) {
    const denied = /Permission denied/.test(reply.stderr);
    return notParsed(
      denied ? "privilege" : "missing",
      firstLine(reply.stderr, "HAProxy's configuration was not found"),
    );
  }
  const path = pathOf(lines);
  return parsed({ file, loads, ...(path === undefined ? {} : { path }) });
};

/** configuration manual, server-state-file: absolute, or below server-state-base. */
const pathOf = (lines: readonly (readonly string[])[]): string | undefined => {
  const said = (word: string): readonly string[] =>
    lines.flatMap(([name, value]) => (name === word && value !== undefined ? [value] : []));
  const hows = said("load-server-state-from-file");
  const [file, other] = said("server-state-file");
  if (file === undefined || other !== undefined || hows.length === 0 || hows.some((how) => how !== "global"))
    return undefined;
  const [base] = said("server-state-base");
  const path = file.startsWith("/") || base === undefined ? file : `${base.replace(/\/$/, "")}/${file}`;
  return /^\/[\w./-]+$/.test(path) ? path : undefined;
};
