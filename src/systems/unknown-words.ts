import type { UnknownReason } from "../connect/sample.ts";

const WORDS: Readonly<Record<UnknownReason, string>> = {
  pending: "not asked yet",
  stale: "no news",
  timeout: "timed out",
  unreachable: "network",
  refused: "connection refused",
  auth: "login refused",
  "host-key": "host key not trusted",
  privilege: "not allowed",
  missing: "not there",
  failed: "failed",
  unreadable: "not understood",
};

/** Why something is not known, in as few words as a table or a timeline has room for. */
export const reasonInWords = (reason: UnknownReason): string => WORDS[reason];
