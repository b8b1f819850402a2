import type { UnknownReason } from "../../connect/sample.ts";

const WORDS: Readonly<Record<UnknownReason, string>> = {
  pending: "connecting",
  stale: "no news",
  timeout: "timed out",
  unreachable: "network",
  refused: "connection refused",
  auth: "login refused",
  "host-key": "host key not trusted",
  privilege: "not allowed",
  missing: "missing",
  failed: "failed",
  unreadable: "not understood",
};

/** Why a host cannot be asked, in as few words as a table has room for. */
export const reasonInWords = (reason: UnknownReason): string => WORDS[reason];
