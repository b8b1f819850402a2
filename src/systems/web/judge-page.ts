import type { Link } from "../../connect/access.ts";
import type { Sample } from "../../connect/sample.ts";
import type { Thresholds, WebConfig } from "../../inventory/cluster.ts";
import { readingOf, type Reading } from "../reading.ts";
import type { OriginFact } from "./facts-schema.ts";
import type { Health } from "./parse-health.ts";

type Page = Extract<OriginFact["page"], { state: "known" }>["value"];

/**
 * Whether visitors would be served. A host that can be asked and whose web server gives no answer is known to fail; a
 * host that cannot be asked is not known.
 */
export const judgePage = (
  sample: Sample<Health>,
  link: Link,
  { expect }: WebConfig,
  thresholds: Thresholds,
): Reading<Page> => {
  if (sample.state === "known") return readingOf(sample, (value) => judge(value, expect, thresholds));
  const silent = NO_ANSWER[sample.reason];
  return link.state === "up" && silent !== undefined
    ? { state: "known", atMs: sample.atMs, value: { ok: false, slow: false, words: silent } }
    : readingOf(sample, (value) => judge(value, expect, thresholds));
};

const NO_ANSWER: Readonly<Partial<Record<string, string>>> = {
  refused: "refuses connections",
  timeout: "no answer in time",
  unreachable: "breaks off",
};

const judge = (value: Health, expect: string | undefined, { healthSlowWarningMs }: Thresholds): Page => {
  const slow = value.tookMs >= healthSlowWarningMs;
  const fail = (words: string): Page => ({ ok: false, slow, words });
  if (value.source) return fail("PHP as source");
  if (value.status >= 300 && value.status < 400)
    return fail(`${value.status}${value.location === undefined ? "" : ` to ${value.location}`}`);
  if (value.status < 200 || value.status > 299) return fail(String(value.status));
  if (value.expected === false) return fail(`${value.status} without "${expect ?? ""}"`);
  return { ok: true, slow, words: String(value.status) };
};
