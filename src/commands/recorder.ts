import type { Cluster } from "../inventory/cluster.ts";
import { stateFolder } from "../record/state-folder.ts";
import { openTimeline } from "../record/timeline.ts";
import type { WatchOptions } from "../watch/watch.ts";

/** Where a watch over this cluster keeps its timeline. The embedded cluster lives as long as its console: nowhere. */
export const recorderFor = ({ name, demo }: Cluster): Pick<WatchOptions, "recorder"> =>
  demo ? {} : { recorder: openTimeline(stateFolder(name)) };
