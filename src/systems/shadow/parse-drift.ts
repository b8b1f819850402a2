import { notParsed, parsed, unreadable, type Parsed } from "../../connect/command.ts";
import type { HostReply } from "../../connect/reply.ts";
import { firstLine, wholeNumber } from "../text.ts";

/** What a sync would do if it ran now. */
export interface Drift {
  /** Files, folders and links it would create or overwrite. */
  readonly changes: number;
  /** What it would delete at its target. */
  readonly deletions: number;
  /** Everything it looked at. */
  readonly files: number;
}

/**
 * `rsync -an --delete --stats` (rsync 3.1 and later). Overwritten files are among "regular files transferred"; created
 * ones are too, but not created folders and links: those are "created files" less its `reg:`.
 */
export const parseDrift = (reply: HostReply): Parsed<Drift> => {
  const { exitCode, stdout, stderr } = reply;
  if (exitCode !== 0) {
    const why = firstLine(stderr, `rsync ended with ${exitCode}`);
    // 23 and 24: some files could not be read, or vanished: what was counted is not all.
    return /Permission denied/.test(stderr)
      ? notParsed("privilege", `some files cannot be compared: ${why}`, "let this account read source and target")
      : notParsed("failed", why);
  }
  const line = (name: string): string | undefined => new RegExp(`^${name}: (.*)$`, "m").exec(stdout)?.[1];
  const files = number(line("Number of files"));
  const created = line("Number of created files");
  const deletions = number(line("Number of deleted files"));
  const transferred = number(line("Number of regular files transferred"));
  const createdAll = number(created);
  if (files === undefined || createdAll === undefined || deletions === undefined || transferred === undefined)
    return unreadable("rsync --stats lacks its counts of files created, deleted and transferred");
  const createdRegular = number(/\breg: ([\d,]+)/.exec(created ?? "")?.[1]) ?? 0;
  return parsed({ changes: transferred + Math.max(0, createdAll - createdRegular), deletions, files });
};

/** `3,754 bytes`, `8 (reg: 5, dir: 2)`. */
const number = (text: string | undefined): number | undefined =>
  wholeNumber(/^[\d,]+/.exec(text ?? "")?.[0].replaceAll(",", ""));
