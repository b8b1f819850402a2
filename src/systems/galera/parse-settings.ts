import { parsed, unreadable, type Parsed } from "../../connect/command.ts";
import type { SqlReply } from "../../connect/reply.ts";
import { shortText, wholeNumber } from "../text.ts";

/** What of a member's configuration its judgement needs; changes seldom. */
export interface MemberSettings {
  readonly nodeName: string;
  readonly sstMethod: string;
  readonly gcacheSizeBytes?: number | undefined;
  /** gcache survives a restart. */
  readonly gcacheRecover: boolean;
  /** Its vote, `pc.weight`. */
  readonly weight?: number | undefined;
}

export const parseSettings = (reply: SqlReply): Parsed<MemberSettings> => {
  const [row] = reply.rows;
  const options = row?.["provider_options"];
  if (row === undefined || typeof options !== "string") return unreadable("wsrep_provider_options was not returned");
  const option = optionsOf(options);
  return parsed({
    nodeName: shortText(row["node_name"] ?? "", 80),
    sstMethod: shortText(row["sst_method"] ?? "", 40),
    gcacheSizeBytes: sizeInBytes(option.get("gcache.size")),
    gcacheRecover: ["yes", "true", "on", "1"].includes((option.get("gcache.recover") ?? "").toLowerCase()),
    weight: wholeNumber(option.get("pc.weight")),
  });
};

// "base_dir = /var/lib/mysql/; gcache.size = 128M; …"
const optionsOf = (text: string): ReadonlyMap<string, string> => {
  const options = new Map<string, string>();
  for (const part of text.split(";")) {
    const at = part.indexOf("=");
    if (at > 0) options.set(part.slice(0, at).trim(), part.slice(at + 1).trim());
  }
  return options;
};

const UNITS: Readonly<Record<string, number>> = { "": 1, K: 1_024, M: 1_024 ** 2, G: 1_024 ** 3, T: 1_024 ** 4 };

const sizeInBytes = (text: string | undefined): number | undefined => {
  const match = /^(\d{1,15})([KMGT]?)$/i.exec(text ?? "");
  const unit = UNITS[(match?.[2] ?? "").toUpperCase()];
  if (match === null || unit === undefined) return undefined;
  const bytes = Number(match[1]) * unit;
  return bytes > 0 && Number.isSafeInteger(bytes) ? bytes : undefined;
};
