import { galeraFactsSchema } from "../../systems/galera/schema.ts";
import { glusterFactsSchema } from "../../systems/gluster/schema.ts";
import { gate, open, unknown, waiting } from "../gate-values.ts";
import type { Gate } from "../procedure.ts";
import { factsOf, fresh, type View } from "../view.ts";
import { HEAL_MS, leftToHeal, rebootIsRequired } from "./gates.ts";

/** wsrep_local_state. */
const SYNCED = 4;
const LEAVE_MS = 60_000;

const others = (host: string, mayCount: (size: number, expected: number) => boolean) => (view: View) => {
  const facts = factsOf(view, "galera", galeraFactsSchema);
  const seen = (facts?.members ?? []).flatMap(({ host: name, view: own }) =>
    name === host ? [] : [{ host: name, now: fresh(own, view) }],
  );
  const dark = seen.find(({ now }) => now.state === "unknown");
  if (facts === undefined || dark !== undefined) return unknown(`${dark?.host ?? "Galera"} did not say yet`);
  const views = seen.flatMap(({ host: name, now }) => (now.state === "known" ? [{ host: name, ...now.value }] : []));
  const value = views
    .map(({ host: name, clusterStatus, stateComment, size }) => `${name} ${clusterStatus} ${stateComment} size ${size}`)
    .join(", ");
  const minds = new Set(views.map(({ size, confId }) => `${size} ${confId ?? ""}`));
  const fine = views.every(
    ({ primary, state, ready, size }) => primary && ready && state === SYNCED && mayCount(size, facts.expectedSize),
  );
  return fine && minds.size === 1 ? open(value) : waiting(value);
};

/** Whatever was typed before: without them its member's goodbye is the database's. */
export const othersGoOn = (host: string, deadlineMs = LEAVE_MS): Gate =>
  gate(
    "others-go-on",
    `the other members are Primary, Synced and of one mind before ${host} leaves`,
    deadlineMs,
    others(host, () => true),
  );

/** Its member has left in order: the others are Primary, agree, and do not count it any more. */
export const othersWithout = (host: string): Gate =>
  gate(
    "others-primary",
    "the other members are Primary, Synced and of one mind, without it",
    LEAVE_MS,
    others(host, (size, expected) => size < expected),
  );

/**
 * The files' other copies are whole: their bricks are online, and nothing is left to heal. What is to heal while this
 * host's own bricks are down is what they have missed, and no reason to wait: they would have to come back for it first.
 */
export const othersHaveFiles = (host: string): Gate =>
  gate(
    "files-elsewhere",
    `every file is whole without ${host}: the other bricks are online, and nothing is left to heal`,
    HEAL_MS,
    (view) => {
      const volumes = factsOf(view, "gluster", glusterFactsSchema)?.volumes.filter(({ expected }) => expected) ?? [];
      if (volumes.length === 0) return unknown("Gluster is not watched");
      const bare = volumes.filter(({ bricks }) => bricks.length === 0).map(({ name }) => name);
      if (bare.length > 0) return unknown(`which bricks it has is not known yet: ${bare.join(", ")}`);
      const bricks = volumes.flatMap(({ name, bricks: all }) =>
        all.map((brick) => ({ name, host: brick.host, now: fresh(brick.online, view) })),
      );
      const called = bricks.map((brick) => ({ ...brick, at: `${brick.name} on ${brick.host}` }));
      const dark = called.filter(({ now }) => now.state === "unknown").map(({ at }) => at);
      if (dark.length > 0) return unknown(`not known yet: ${dark.join(", ")}`);
      const off = called.filter(({ now }) => now.state === "known" && !now.value);
      const lost = off.filter((brick) => brick.host !== host).map(({ at }) => at);
      if (lost.length > 0) return waiting(`offline: ${lost.join(", ")}`);
      const serving = volumes.filter(({ name }) => !off.some((brick) => brick.name === name));
      return serving.length === 0
        ? open(`the bricks of ${host} are down, all others online`)
        : leftToHeal(serving, view);
    },
  );

/** What must hold for a reboot, and need not where there will be none. */
export const ifRebooted = (host: string, itself: Gate): Gate => ({
  ...itself,
  watch: (reads) => {
    const look = itself.watch(reads);
    return (view) => (rebootIsRequired(host, view) === false ? open("it waits for no reboot") : look(view));
  },
});
