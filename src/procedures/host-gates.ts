import { galeraFactsSchema } from "../systems/galera/schema.ts";
import { glusterFactsSchema } from "../systems/gluster/schema.ts";
import { webFactsSchema } from "../systems/web/facts-schema.ts";
import { plural } from "../systems/format.ts";
import type { Gate } from "./procedure.ts";
import { factsOf, fresh } from "./view.ts";

const HEALTH_MS = 60_000;

export const healthPageGood = (host: string, deadlineMs = HEALTH_MS): Gate => ({
  id: "health",
  wanted: "its health page is good",
  deadlineMs,
  watch: () => (view) => {
    const page = factsOf(view, "web", webFactsSchema)?.origins.find((origin) => origin.host === host)?.page;
    const now = page === undefined ? undefined : fresh(page, view);
    if (now === undefined) return { state: "unknown", value: `the web pages of ${host} are not watched` };
    if (now.state === "unknown") return { state: "unknown", value: now.detail };
    return { state: now.value.ok ? "open" : "waiting", value: now.value.words };
  },
});

/** Primary, ready and Synced by its own view: what a load balancer's check may not ask. */
export const memberSynced = (host: string, deadlineMs = HEALTH_MS): Gate => ({
  id: "synced",
  wanted: "its database member is Primary, ready and Synced",
  deadlineMs,
  watch: () => (view) => {
    const member = factsOf(view, "galera", galeraFactsSchema)?.members.find((each) => each.host === host);
    const own = member === undefined ? undefined : fresh(member.view, view);
    if (own === undefined) return { state: "unknown", value: `the member on ${host} is not watched` };
    if (own.state === "unknown") return { state: "unknown", value: own.detail };
    const { primary, ready, state, stateComment, clusterStatus } = own.value;
    const value = `${clusterStatus}, ${ready ? "ready" : "not ready"}, ${stateComment}`;
    return { state: primary && ready && state === SYNCED ? "open" : "waiting", value };
  },
});

/** By the kernel's table: where a volume is not mounted, what visitors upload lands on the host's own disk, unseen. */
export const volumesMounted = (host: string): Gate => ({
  id: "mounted",
  wanted: `the volumes are mounted on ${host}`,
  deadlineMs: 120_000,
  watch: () => (view) => {
    const mounts = factsOf(view, "gluster", glusterFactsSchema)?.mounts.filter((mount) => mount.host === host);
    if (mounts === undefined) return { state: "unknown", value: "Gluster is not watched" };
    const seen = mounts.map((mount) => ({ path: mount.path, now: fresh(mount.mounted, view) }));
    if (seen.some(({ now }) => now.state === "unknown")) return { state: "unknown", value: "not said yet" };
    const wrong = seen.filter(({ now }) => now.state === "known" && now.value.state !== "right");
    return wrong.length === 0
      ? { state: "open", value: seen.map(({ path }) => path).join(", ") }
      : { state: "waiting", value: `not mounted: ${wrong.map(({ path }) => path).join(", ")}` };
  },
});

const BRICKS_MS = 300_000;

/** A host that only mounts the volumes of others has none. */
export const bricksOnline = (host: string, deadlineMs = BRICKS_MS): Gate => ({
  id: "bricks-online",
  wanted: `every brick of ${host} is online`,
  deadlineMs,
  watch: () => (view) => {
    const volumes = factsOf(view, "gluster", glusterFactsSchema)?.volumes ?? [];
    const bare = volumes.filter(({ expected, bricks }) => expected && bricks.length === 0).map(({ name }) => name);
    if (volumes.length === 0 || bare.length > 0)
      return { state: "unknown", value: `which bricks ${host} has is not known yet` };
    const bricks = volumes.flatMap((volume) =>
      volume.bricks
        .filter((brick) => brick.host === host)
        .map((brick) => ({ name: volume.name, now: fresh(brick.online, view) })),
    );
    const dark = bricks.filter(({ now }) => now.state === "unknown").map(({ name }) => name);
    if (dark.length > 0) return { state: "unknown", value: `not known yet: ${dark.join(", ")}` };
    const off = bricks.filter(({ now }) => now.state === "known" && !now.value).map(({ name }) => name);
    if (off.length > 0) return { state: "waiting", value: `offline: ${off.join(", ")}` };
    return { state: "open", value: bricks.length === 0 ? "it has none" : plural(bricks.length, "brick") };
  },
});

/** wsrep_local_state. */
const SYNCED = 4;
