import type { z } from "zod";
import { bytes, duration } from "../../systems/format.ts";
import { galeraFactsSchema } from "../../systems/galera/schema.ts";
import { glusterFactsSchema } from "../../systems/gluster/schema.ts";
import { opVersionCommand } from "../../systems/gluster/commands.ts";
import { haproxyFactsSchema } from "../../systems/haproxy/facts-schema.ts";
import { namedDisks } from "../../systems/host/commands.ts";
import { dpkgAudit } from "../../systems/host/package-commands.ts";
import { unitStates } from "../../systems/host/units.ts";
import { liveliest } from "../../systems/unit.ts";
import { hostFactsSchema } from "../../systems/host/facts-schema.ts";
import { redisFactsSchema } from "../../systems/redis/facts.ts";
import { isPaused } from "../../systems/shadow/pause.ts";
import { webFactsSchema } from "../../systems/web/facts-schema.ts";
import { startTest } from "../../systems/web/start-test.ts";
import { gate, open, unknown, waiting } from "../gate-values.ts";
import { lookingGate } from "../looking-gate.ts";
import type { Gate, GateValue } from "../procedure.ts";
import { readOnce } from "../read-once.ts";
import { repeatedly } from "../repeatedly.ts";
import { factsOf, fresh, type View } from "../view.ts";
import type { HostPlan } from "./host-plan.ts";

const LOOK_MS = 30_000;
/** A member that must take a full copy of a big database. */
const REJOIN_MS = 3_600_000;
export const HEAL_MS = 1_800_000;
const REBOOT_MS = 900_000;
/** apt waits five minutes for another's lock, and what comes after it may take as long. */
const PACKAGES_MS = 1_800_000;

const SYNCED = 4;

/** Where packages are unpacked to, and where they are fetched to. */
const PATHS = ["/usr", "/var"] as const;

export const spaceEnough = ({ host, needsBytes }: HostPlan): Gate => ({
  id: "space",
  wanted: `${bytes(needsBytes)} are free where packages go`,
  deadlineMs: LOOK_MS,
  watch: repeatedly(async (reads): Promise<GateValue> => {
    const disks = await readOnce(reads, host, namedDisks, PATHS);
    if (!disks.ok) return unknown(disks.problem);
    const value = disks.value.map((disk) => `${bytes(disk.availableBytes)} on ${disk.mount}`).join(", ");
    if (disks.value.length === 0) return unknown("df names no file system");
    return { state: disks.value.every((disk) => disk.availableBytes >= needsBytes) ? "open" : "waiting", value };
  }),
});

/** What is at work there, ours from before a crash among them, is let end. */
export const noPackageManager = (host: string): Gate =>
  gate("no-package-manager", `no package manager is at work on ${host}`, PACKAGES_MS, (view) => {
    const fact = factsOf(view, "host", hostFactsSchema)?.hosts.find((each) => each.host === host);
    const now = fact === undefined ? undefined : fresh(fact.packageRun, view);
    if (now === undefined) return unknown(`${host} is not watched`);
    if (now.state === "unknown") return unknown(now.detail);
    return now.value.program === undefined ? open("none is") : waiting(`${now.value.program} is`);
  });

/** Nothing may be half changed when a host is given back, as far as its package manager knows. */
export const nothingHalfInstalled = ({ host, manager }: HostPlan): Gate => ({
  id: "nothing-half-installed",
  wanted: `nothing is half installed on ${host}`,
  deadlineMs: LOOK_MS,
  watch: repeatedly(async (reads): Promise<GateValue> => {
    if (manager !== "apt") return open("rpm keeps no list of what it left half way");
    const broken = await readOnce(reads, host, dpkgAudit, undefined);
    if (!broken.ok) return unknown(broken.problem);
    return broken.value.length === 0
      ? open("nothing is")
      : waiting(`${broken.value.slice(0, 5).join(", ")}; on ${host}: sudo dpkg --configure -a`);
  }),
});

/** Every member is in and Synced, and each counts them all. */
export const sizeIsBack = (): Gate =>
  gate("size-back", "every member is Primary, ready and Synced, and sees the full size", REJOIN_MS, (view) => {
    const facts = factsOf(view, "galera", galeraFactsSchema);
    if (facts === undefined) return unknown("Galera is not watched");
    const seen = facts.members.map((member) => ({ host: member.host, now: fresh(member.view, view) }));
    const words = seen.map(({ host, now }) =>
      now.state === "known"
        ? `${host} ${now.value.clusterStatus} ${now.value.stateComment} ${now.value.size}/${facts.expectedSize}`
        : `${host} ?`,
    );
    const value = words.join(", ");
    if (seen.some(({ now }) => now.state === "unknown")) return unknown(value);
    const fine = seen.every(
      ({ now }) =>
        now.state === "known" &&
        now.value.primary &&
        now.value.ready &&
        now.value.state === SYNCED &&
        now.value.size === facts.expectedSize,
    );
    return fine ? open(value) : waiting(value);
  });

export const mountsKnown = (host: string): Gate =>
  gate("mounts-known", `it is known what is mounted on ${host}`, 60_000, (view) => {
    const mounts = factsOf(view, "gluster", glusterFactsSchema)?.mounts.filter((mount) => mount.host === host);
    if (mounts === undefined) return unknown("Gluster is not watched");
    const dark = mounts.filter((mount) => fresh(mount.mounted, view).state === "unknown").map(({ path }) => path);
    return dark.length === 0 ? open("it is") : unknown(`not said yet: ${dark.join(", ")}`);
  });

export const nothingToHeal = (): Gate =>
  gate("healed", "nothing is left to heal, on every volume", HEAL_MS, (view) => {
    const volumes = factsOf(view, "gluster", glusterFactsSchema)?.volumes.filter(({ expected }) => expected);
    return volumes === undefined || volumes.length === 0
      ? unknown("Gluster is not watched")
      : leftToHeal(volumes, view);
  });

type Volumes = z.output<typeof glusterFactsSchema>["volumes"];

export const leftToHeal = (volumes: Volumes, view: View): GateValue => {
  const seen = volumes.map((volume) => ({
    name: volume.name,
    now: fresh(volume.pending, view),
    trend: volume.trend,
  }));
  const value = seen.map(({ name, now }) => `${name} ${now.state === "known" ? now.value.count : "?"}`).join(", ");
  if (seen.some(({ now }) => now.state === "unknown" || now.value.silentBricks > 0)) return unknown(value);
  if (seen.every(({ now }) => now.state === "known" && now.value.count === 0)) return open(value);
  const left = seen.map(({ trend }) => (trend.state === "known" ? (trend.value.zeroInMs ?? 0) : 0));
  const expectedMs = Math.max(0, ...left);
  return expectedMs > 0 ? { ...waiting(value), expectedMs } : waiting(value);
};

/** Apache reads its configuration anew at the next start: what an upgrade broke shows here first. */
export const configPasses = (host: string): Gate =>
  lookingGate({
    id: "config-test",
    wanted: `the web server's configuration test passes on ${host}`,
    deadlineMs: 60_000,
    look: async (reads, { cluster: { web } }): Promise<GateValue> => {
      if (web === undefined) return unknown("not watched");
      const test = await readOnce(reads, host, startTest, { service: web.service });
      if (!test.ok) return unknown(test.problem);
      return test.value.passes ? open("it passes") : { state: "closed", value: test.value.message };
    },
  });

/** An upgrade may take the old PHP module away and leave its link: then PHP is served as text, or nothing is. */
export const phpModuleThere = (host: string): Gate =>
  gate("php-module", `PHP's module is there and enabled on ${host}, where it runs as one`, 60_000, (view) => {
    const origin = factsOf(view, "web", webFactsSchema)?.origins.find((each) => each.host === host);
    const now = origin === undefined ? undefined : fresh(origin.php, view);
    if (now === undefined || now.state === "unknown") return unknown(now?.detail ?? "not watched");
    const { how, version, installed, lost } = now.value;
    if (lost.length > 0) {
      const there = installed.filter((each) => !lost.includes(each));
      return {
        state: "closed",
        value: `enabled and gone: php${lost.join(", php")}; installed: ${there.length === 0 ? "none" : `php${there.join(", php")}; on ${host}: ${cure(lost, there)}, then choose again`}`,
      };
    }
    // Nothing is lost: FPM that the inventory does not name, or pages without PHP. The health page is asked in any case.
    return open(how === "none" ? "no PHP is seen, and none is lost" : `${how} ${version ?? ""}`.trim());
  });

const cure = (lost: readonly string[], there: readonly string[]): string =>
  [...lost.map((version) => `sudo a2dismod -f php${version}`), `sudo a2enmod php${there.at(-1) ?? ""}`].join("; ");

export const syncIsPaused = (host: string, script: string, wanted: boolean): Gate => ({
  id: wanted ? "sync-paused" : "sync-resumed",
  wanted: wanted ? "the sync is paused" : "the sync is not paused any more",
  deadlineMs: LOOK_MS,
  watch: repeatedly(async (reads): Promise<GateValue> => {
    const paused = await readOnce(reads, host, isPaused, { script });
    if (!paused.ok) return unknown(paused.problem);
    return { state: paused.value === wanted ? "open" : "waiting", value: paused.value ? "paused" : "not paused" };
  }),
});

/** Nothing is rebooted because nobody knows. */
export const rebootKnown = (host: string): Gate =>
  gate("reboot-known", `it is known whether ${host} waits for a reboot`, 60_000, (view) => {
    const required = rebootIsRequired(host, view);
    return required === undefined ? unknown("not said yet") : open(required ? "it does" : "it does not");
  });

/**
 * Started and there: one that failed does not come by waiting. Of units that run the same, by its own unit and by the
 * one a cluster begins on, only one does.
 */
export const unitsRun = (host: string, services: readonly (readonly string[])[]): Gate => ({
  id: "units-run",
  wanted: `${services.map(([own]) => own).join(", ")} run on ${host}`,
  deadlineMs: REJOIN_MS,
  watch: repeatedly(async (reads): Promise<GateValue> => {
    const units = services.flat();
    const said = await readOnce(reads, host, unitStates, { units });
    if (!said.ok) return unknown(said.problem);
    // systemctl answers in the order in which it is asked; an alias has another name in its answer.
    const states = services.flatMap((same, at) => {
      const from = services.slice(0, at).flat().length;
      return liveliest(said.value.slice(from, from + same.length)) ?? [];
    });
    const value = states
      .map(({ id, active, sub, result }) => `${id} ${active === "failed" ? `failed (${result})` : `${active} ${sub}`}`)
      .join(", ");
    if (said.value.length < units.length) return unknown(value);
    if (states.every(({ active }) => active === "active" || active === "reloading")) return open(value);
    const gone = states.some(({ active, loaded }) => active === "failed" || !loaded);
    return gone ? { state: "closed", value } : waiting(value);
  }),
});

export const rebooted = (host: string): Gate =>
  gate("rebooted", `${host} is back, and waits for no reboot`, REBOOT_MS, (view) => {
    const fact = factsOf(view, "host", hostFactsSchema)?.hosts.find((each) => each.host === host);
    if (fact === undefined || fact.connection.state === "unknown") return waiting("it does not answer yet");
    const now = fresh(fact.reboot, view);
    if (now.state === "unknown") return unknown(now.detail);
    return now.value.required ? waiting(now.value.because.join("; ")) : open("it answers");
  });

export const rebootIsRequired = (host: string, view: View): boolean | undefined => {
  const fact = factsOf(view, "host", hostFactsSchema)?.hosts.find((each) => each.host === host);
  const now = fact === undefined ? undefined : fresh(fact.reboot, view);
  return now === undefined || now.state === "unknown" ? undefined : now.value.required;
};

/** The load balancer answers, and has all its servers as its checks say. */
export const balancerServes = (host: string): Gate =>
  gate("balancer", `HAProxy on ${host} answers and has servers that are up`, 120_000, (view) => {
    const facts = factsOf(view, "haproxy", haproxyFactsSchema);
    const answers = facts?.loadBalancers.find((each) => each.host === host)?.answers;
    const now = answers === undefined ? undefined : fresh(answers, view);
    if (facts === undefined || now === undefined) return unknown("not watched");
    if (now.state === "unknown") return unknown(now.detail);
    const without = facts.proxies.filter(
      ({ carries, servers }) =>
        carries !== "other" &&
        !servers.some(({ views }) =>
          views.some(
            ({ loadBalancer, view: own }) => loadBalancer === host && own.state === "known" && own.value.state === "up",
          ),
        ),
    );
    return without.length === 0
      ? open("every proxy has a server")
      : waiting(`without a server: ${without.map(({ proxy }) => proxy).join(", ")}`);
  });

export const redisAnswers = (host: string): Gate =>
  gate("redis", `the Redis instances on ${host} answer`, 60_000, (view) => {
    const own = factsOf(view, "redis", redisFactsSchema)?.instances.filter((each) => each.host === host) ?? [];
    const dark = own.filter(({ info }) => fresh(info, view).state === "unknown").map(({ name }) => name);
    return dark.length === 0
      ? open(own.map(({ name }) => name).join(", "))
      : unknown(`no answer yet: ${dark.join(", ")}`);
  });

/** Caches warm up, and what breaks late shows before the next host is taken. */
export const settled = (host: string, settleMs: number): Gate => ({
  id: "settled",
  wanted: `${host} has carried its share for ${duration(settleMs)}`,
  deadlineMs: settleMs + 60_000,
  watch: () => {
    const begunMs = performance.now();
    return () => {
      const leftMs = settleMs - (performance.now() - begunMs);
      return leftMs <= 0 ? open(duration(settleMs)) : { ...waiting("it settles"), expectedMs: Math.ceil(leftMs) };
    };
  },
});

/** Only told: raising it is for good, and for a person to decide. */
export const opVersionHint = (host: string): Gate => ({
  id: "op-version",
  wanted: "Gluster speaks the newest protocol its hosts can",
  deadlineMs: LOOK_MS,
  watch: repeatedly(async (reads): Promise<GateValue> => {
    const said = await readOnce(reads, host, opVersionCommand, undefined);
    if (!said.ok) return unknown(said.problem);
    const { now, highest } = said.value;
    return now >= highest
      ? open(`cluster.op-version ${now}`)
      : waiting(
          `${now}, could be ${highest}: gluster volume set all cluster.op-version ${highest}, when every client is new too`,
        );
  }),
});
