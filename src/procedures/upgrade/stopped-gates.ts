import { glusterFactsSchema } from "../../systems/gluster/schema.ts";
import { unitStates } from "../../systems/host/units.ts";
import { gate, open, unknown, waiting } from "../gate-values.ts";
import type { Gate, GateValue } from "../procedure.ts";
import { readOnce } from "../read-once.ts";
import { repeatedly } from "../repeatedly.ts";
import { factsOf, fresh } from "../view.ts";

const MOMENT_MS = 60_000;
/** Longer than systemd waits before it kills: a database may write for a quarter of an hour. */
const STOP_MS = 1_200_000;
const ANSWER_MS = 120_000;

const DOWN = new Set(["inactive", "failed"]);

/** They were told to stop, and systemd did not wait for them: one that failed on its way is down as well. */
export const unitsDown = (host: string, units: readonly string[]): Gate => ({
  id: "units-down",
  wanted: `${units.join(", ")} ${units.length === 1 ? "has" : "have"} stopped on ${host}`,
  deadlineMs: STOP_MS,
  watch: repeatedly(async (reads): Promise<GateValue> => {
    const said = await readOnce(reads, host, unitStates, { units });
    if (!said.ok) return unknown(said.problem);
    const value = said.value.map(({ id, active, sub }) => `${id} ${active} ${sub}`).join(", ");
    if (said.value.length < units.length) return unknown(value);
    if (said.value.every(({ loaded }) => !loaded))
      return { state: "closed", value: `systemd on ${host} knows no ${units.join(", ")}` };
    return said.value.every(({ active }) => DOWN.has(active)) ? open(value) : waiting(value);
  }),
});

/** By the kernel's table. What is still mounted would be served by a process that ends next. */
export const volumesUnmounted = (host: string): Gate => ({
  id: "unmounted",
  wanted: `no volume is mounted on ${host} any more`,
  deadlineMs: MOMENT_MS,
  watch: () => (view) => {
    const mounts = factsOf(view, "gluster", glusterFactsSchema)?.mounts.filter((mount) => mount.host === host);
    if (mounts === undefined) return unknown("Gluster is not watched");
    const seen = mounts.map(({ path, mounted }) => ({ path, now: fresh(mounted, view) }));
    const dark = seen.filter(({ now }) => now.state === "unknown").map(({ path }) => path);
    if (dark.length > 0) return unknown(`not said yet: ${dark.join(", ")}`);
    const left = seen.filter(({ now }) => now.state === "known" && now.value.state === "right").map(({ path }) => path);
    return left.length === 0 ? open("none is") : waiting(`still mounted: ${left.join(", ")}`);
  },
});

export const bricksStopped = (host: string): Gate =>
  gate("bricks-stopped", `no brick process runs on ${host} any more`, MOMENT_MS, (view) => {
    const own = factsOf(view, "gluster", glusterFactsSchema)?.hosts.find((each) => each.host === host);
    if (own === undefined) return unknown(`${host} is not watched`);
    const now = fresh(own.brickProcesses, view);
    if (now.state === "unknown") return unknown(now.detail);
    return now.value === 0 ? open("none does") : waiting(`${now.value} still do`);
  });

/** Started is not there yet: a mount asks it what its volume is made of, and fails while it says nothing. */
export const glusterdAnswers = (host: string): Gate =>
  gate("glusterd-answers", `glusterd on ${host} is one of the pool`, ANSWER_MS, (view) => {
    const own = factsOf(view, "gluster", glusterFactsSchema)?.hosts.find((each) => each.host === host);
    if (own === undefined) return unknown(`${host} is not watched`);
    const [daemon, peer] = [fresh(own.daemon, view), fresh(own.peer, view)];
    if (daemon.state === "unknown") return unknown(daemon.detail);
    // One that had failed before says so until systemd begins.
    const { active, sub, result } = daemon.value;
    if (active !== "active") return waiting(`glusterd ${active} ${active === "failed" ? `(${result})` : sub}`);
    if (peer.state === "unknown") return unknown(peer.detail);
    return peer.value.connected ? open("connected") : waiting(`not connected: ${peer.value.state}`);
  });
