import type { Severity } from "./finding.ts";
import { worstOf } from "./finding.ts";

/** What visitors get now, as far as one system can tell: `Sites up (web 3/3)`. */
export interface Sites {
  /** A few words, no full stop. */
  readonly text: string;
  readonly severity: Severity;
  /** Where visitors are sent to, while they are; and how much of it there is: `web 3/3`. */
  readonly serving?: { readonly hosts: readonly string[]; readonly tally: string };
}

/** What is wrong with the pages themselves, as another room sees it than the one that sends visitors there. */
export interface PageTrouble {
  /** Left out when it is so everywhere. */
  readonly host?: string;
  /** A few words: `PHP source shown`. */
  readonly words: string;
  readonly severity: Severity;
}

/**
 * A load balancer's check may pass where the page fails: the sites are not called up while visitors are sent to such a
 * page. Trouble on a host that gets no visitors is none of theirs. Pure.
 */
export const sitesWith = (sites: Sites | undefined, troubles: readonly PageTrouble[]): Sites | undefined => {
  if (sites?.serving === undefined) return sites;
  const { hosts, tally } = sites.serving;
  const everywhere = troubles.find(({ host }) => host === undefined);
  const felt = troubles.filter(({ host }) => host !== undefined && hosts.includes(host));
  const [first] = felt;
  if (first === undefined)
    return everywhere === undefined
      ? sites
      : { ...sites, text: `Sites: ${everywhere.words} (${tally})`, severity: everywhere.severity };
  const failing = [...new Set(felt.flatMap(({ host }) => host ?? []))];
  const words = everywhere?.words ?? first.words;
  return failing.length === hosts.length
    ? { ...sites, text: `Sites FAIL: ${words} (${tally})`, severity: "critical" }
    : {
        ...sites,
        text: `Sites fail on ${failing.join(", ")}: ${words} (${tally})`,
        severity: worstOf([sites.severity, ...felt.map(({ severity }) => severity)]),
      };
};
