import type { Link } from "../../connect/access.ts";
import type { Sample } from "../../connect/sample.ts";
import type { Thresholds, WebConfig } from "../../inventory/cluster.ts";
import { bytes } from "../format.ts";
import { readingOf, unknownReading, type Reading } from "../reading.ts";
import { KEEP_BYTES } from "./commands.ts";
import type { OriginFact } from "./facts-schema.ts";
import type { Health } from "./parse-health.ts";

type Page = Extract<OriginFact["page"], { state: "known" }>["value"];

/**
 * Whether visitors would be served. A host that can be asked and whose web server gives no answer is known to fail; a
 * host that cannot be asked is not known, nor is a page that was not seen itself, or not to where its text may stand.
 */
export const judgePage = (
  sample: Sample<Health>,
  link: Link,
  web: WebConfig,
  thresholds: Thresholds,
): Reading<Page> => {
  if (sample.state === "known")
    return notJudged(sample.value, web) ?? readingOf(sample, (value) => judge(value, web.expect, thresholds));
  const silent = NO_ANSWER[sample.reason];
  return link.state === "up" && silent !== undefined
    ? { state: "known", atMs: sample.atMs, value: { ok: false, slow: false, words: silent } }
    : readingOf(sample, (value) => judge(value, web.expect, thresholds));
};

const notJudged = (value: Health, web: WebConfig): Reading<never> | undefined => {
  const elsewhere = samePageElsewhere(value, web);
  if (elsewhere !== undefined)
    return unknownReading(
      "unreadable",
      `${value.status} to ${elsewhere}: web.health_url redirects, the page itself was not seen`,
      "set web.health_url to where it leads, as the host itself reaches it",
    );
  // What has no 2xx, or is source, fails wherever its text stands.
  if (value.cut === true && !value.source && value.status >= 200 && value.status <= 299)
    return unknownReading(
      "unreadable",
      `the expected text was not in the page's first ${bytes(KEEP_BYTES)}`,
      "set web.expect to a text nearer to the page's beginning",
    );
  return undefined;
};

/** To https or to the site's own name, the path as asked: that says where the page is, not how it is. */
const samePageElsewhere = ({ status, location }: Health, { healthUrl, hostHeader }: WebConfig): string | undefined => {
  if (status < 300 || status > 399 || location === undefined || !URL.canParse(location, healthUrl)) return undefined;
  const asked = new URL(healthUrl);
  const leads = new URL(location, healthUrl);
  const itself = leads.protocol === asked.protocol && leads.host === (hostHeader ?? asked.host);
  return !itself && leads.pathname + leads.search === asked.pathname + asked.search ? location : undefined;
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
