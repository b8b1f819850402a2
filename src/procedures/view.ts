import type { z } from "zod";
import type { Cluster } from "../inventory/cluster.ts";
import type { SystemId } from "../systems/system.ts";
import type { Reading } from "../systems/reading.ts";
import type { Picture } from "../watch/picture.ts";

/** What a gate may look at: one picture, and since when a sample counts. */
export interface View {
  readonly cluster: Cluster;
  readonly picture: Picture;
  /** Samples older than this were taken before what they are to prove. */
  readonly freshAfterMs: number;
}

/** One system's facts; undefined when the cluster has no such system or its facts have not the expected shape. */
export const factsOf = <T>({ picture }: View, system: SystemId, schema: z.ZodType<T>): T | undefined =>
  schema.safeParse(picture.systems.find(({ id }) => id === system)?.facts).data;

/** A reading that may open a gate: known, and taken after what it is to prove. */
export const fresh = <T>(reading: Reading<T>, { freshAfterMs }: View): Reading<T> =>
  reading.state === "known" && reading.atMs < freshAfterMs
    ? { state: "unknown", reason: "pending", detail: "not asked again yet" }
    : reading;
