import type { Finding } from "../finding.ts";
import type { Rule } from "../rule.ts";
import { mountRules } from "./rules-mount.ts";
import { poolRules } from "./rules-pool.ts";
import { volumeRules } from "./rules-volume.ts";

/** What the Gluster room may say is wrong. */
export const glusterRules = [...volumeRules, ...mountRules, ...poolRules] as const satisfies readonly Rule[];

/** A finding of this room: its id stands in the catalogue. */
export type GlusterFinding = Finding & { readonly id: (typeof glusterRules)[number]["id"] };

/** What is said; the rest of a finding is the same for all of its kind. */
export type Said = Pick<GlusterFinding, "id" | "severity" | "text" | "explainedBy"> & {
  readonly next: string;
};
