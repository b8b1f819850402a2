import { cleanLine } from "../connect/clean.ts";

/** Remote text as one harmless line of at most `limit` characters, fit for a cell or a finding. */
export const shortText = (raw: string, limit = 200): string => cleanLine(raw.slice(0, limit));

/** A count as daemons print it; undefined for anything else, for negatives, and for what a double cannot hold exactly. */
export const wholeNumber = (raw: string | null | undefined): number | undefined => {
  if (raw === null || raw === undefined || !/^\d{1,16}$/.test(raw.trim())) return undefined;
  const value = Number(raw);
  return Number.isSafeInteger(value) ? value : undefined;
};

/** A plain decimal such as `0.25` or `1e-05`; undefined for anything else and for negatives. */
export const decimalNumber = (raw: string | null | undefined): number | undefined => {
  if (raw === null || raw === undefined || !/^\d+(\.\d+)?(e[+-]?\d{1,3})?$/i.test(raw.trim())) return undefined;
  const value = Number(raw);
  return Number.isFinite(value) ? value : undefined;
};

/** The first line of an error text that says something; `otherwise` when none does. */
export const firstLine = (text: string, otherwise: string): string => {
  const line = text.split("\n", 50).find((each) => each.trim() !== "");
  return line === undefined ? otherwise : shortText(line.trim(), 160);
};
