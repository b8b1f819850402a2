import { plural } from "../../systems/format.ts";
import { galeraFactsSchema } from "../../systems/galera/schema.ts";
import { glusterFactsSchema } from "../../systems/gluster/schema.ts";
import { haproxyFactsSchema } from "../../systems/haproxy/facts-schema.ts";
import { haproxyConfigTest } from "../../systems/haproxy/config-test.ts";
import { infoCommand } from "../../systems/redis/commands.ts";
import { startTest } from "../../systems/web/start-test.ts";
import { lookingGate } from "../looking-gate.ts";
import { adminAt, placeName, type Place } from "../places.ts";
import { gate } from "../gate-values.ts";
import type { Gate, GateValue, Reads } from "../procedure.ts";
import { readOnce } from "../read-once.ts";
import { factsOf, fresh } from "../view.ts";

const ANSWER_MS = 20_000;
/** A member that comes back by a full copy. */
const REJOIN_MS = 1_800_000;

/**
 * The writes of the sites must not be cut off: they move by a drain, which asks for the one that gets them. A load
 * balancer that is silent may be the one that sends them here.
 */
export const writesElsewhere = (host: string): Gate => ({
  ...gate("writes-elsewhere", `the database's writes do not go to ${host}`, ANSWER_MS, (view) => {
    if (view.cluster.haproxy === undefined) return { state: "open", value: "by no load balancer: there is none" };
    const facts = factsOf(view, "haproxy", haproxyFactsSchema);
    if (facts === undefined) return { state: "unknown", value: "HAProxy is not watched" };
    const writes = facts.writers.filter(({ to }) => to.state === "known" && to.value.hosts.includes(host));
    if (writes.length > 0)
      return {
        state: "closed",
        value: `they do: ${writes.map(({ proxy, loadBalancer }) => `${proxy} on ${loadBalancer}`).join(", ")}; first: midwatch run drain --host ${host}`,
      };
    const dark = facts.loadBalancers.filter(({ answers }) => fresh(answers, view).state === "unknown");
    return dark.length === 0
      ? { state: "open", value: "they do not" }
      : { state: "unknown", value: `not said yet by ${dark.map((each) => each.host).join(", ")}` };
  }),
  overridable: host,
});

/** A member that is started alone, while nobody is Primary, forms no cluster. */
export const somebodyIsPrimary = (host: string): Gate =>
  gate("primary-there", "another member is Primary, so that this one can join", ANSWER_MS, (view) => {
    const others = factsOf(view, "galera", galeraFactsSchema)?.members.filter((member) => member.host !== host) ?? [];
    const seen = others.map((member) => ({ name: member.host, own: fresh(member.view, view) }));
    const primary = seen.filter(({ own }) => own.state === "known" && own.value.primary).map(({ name }) => name);
    if (primary.length > 0) return { state: "open", value: primary.join(", ") };
    const dark = seen.filter(({ own }) => own.state === "unknown").map(({ name }) => name);
    return dark.length > 0
      ? { state: "unknown", value: `not known of ${dark.join(", ")}` }
      : { state: "closed", value: "nobody is: midwatch run bootstrap begins the cluster anew, on the right member" };
  });

/** It is in again, with all that were in before, by the views of them all. */
export const sizeAsBefore = (size: number): Gate =>
  gate("size", `the members that can be asked see ${size} in the cluster`, REJOIN_MS, (view) => {
    const members = factsOf(view, "galera", galeraFactsSchema)?.members ?? [];
    const views = members.flatMap((member) => {
      const own = fresh(member.view, view);
      return own.state === "known" ? [{ name: member.host, size: own.value.size }] : [];
    });
    const value = views.map((each) => `${each.name} ${each.size}`).join(", ");
    if (views.length === 0) return { state: "unknown", value: "nobody has said yet" };
    return { state: views.every((each) => each.size >= size) ? "open" : "waiting", value };
  });

/** Bricks and peers are as they were: glusterd comes and goes without them. */
export const bricksStay = (host: string, bricks: number): Gate =>
  gate("bricks", `glusterd on ${host} is one of the pool, and its bricks run as before`, 120_000, (view) => {
    const own = factsOf(view, "gluster", glusterFactsSchema)?.hosts.find((each) => each.host === host);
    if (own === undefined) return { state: "unknown", value: `${host} is not watched` };
    const [peer, processes] = [fresh(own.peer, view), fresh(own.brickProcesses, view)];
    if (peer.state === "unknown") return { state: "unknown", value: peer.detail };
    if (processes.state === "unknown") return { state: "unknown", value: processes.detail };
    const value = `${peer.value.connected ? "connected" : "not connected"}, ${plural(processes.value, "brick")}`;
    return { state: peer.value.connected && processes.value >= bricks ? "open" : "waiting", value };
  });

/** The configuration it would start with; a service that cannot read it does not come back. */
export const configurationPasses = (host: string, service: "apache2" | "httpd" | "nginx" | "haproxy"): Gate =>
  lookingGate({
    id: "config-test",
    wanted: "its configuration test passes",
    deadlineMs: ANSWER_MS,
    look: async (reads) => {
      const test =
        service === "haproxy"
          ? await readOnce(reads, host, haproxyConfigTest, undefined)
          : await readOnce(reads, host, startTest, { service });
      if (!test.ok) return { state: "unknown", value: test.problem };
      if (test.value.passes) return { state: "open", value: "passes" };
      return { state: "closed", value: "message" in test.value ? test.value.message : "it fails" };
    },
  });

export const redisAnswers = (instance: string): Gate =>
  lookingGate({
    id: "redis-answers",
    wanted: "it answers",
    deadlineMs: 60_000,
    look: (reads: Reads): Promise<GateValue> =>
      readOnce(reads, instance, infoCommand, undefined).then((info) =>
        info.ok ? { state: "open", value: "it does" } : { state: "waiting", value: info.problem },
      ),
  });

/** Who was out is out, and who was not is not: a restart or reload of HAProxy is where that is lost. */
export const statesAsBefore = (out: readonly Place[], places: readonly Place[]): Gate =>
  gate("states", "every server is out or in as it was before", 30_000, (view) => {
    const wrong: string[] = [];
    for (const place of places) {
      const admin = adminAt(place, view);
      if (admin.state === "unknown") return { state: "unknown", value: `${placeName(place)}: ${admin.detail}` };
      const was = out.some((each) => placeName(each) === placeName(place));
      const is = admin.value.drain || admin.value.maintenance;
      if (was !== is) wrong.push(`${placeName(place)} ${was ? "was out and is not" : "is out and was not"}`);
    }
    return wrong.length === 0
      ? { state: "open", value: `${out.length} out, as before` }
      : { state: "waiting", value: wrong.join(", ") };
  });
