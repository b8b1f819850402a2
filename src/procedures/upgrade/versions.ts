import { dpkgAudit, dnfPlan, dpkgVersions, rpmVersions } from "../../systems/host/package-commands.ts";
import type { Parsed } from "../../connect/command.ts";
import { plural } from "../../systems/format.ts";
import type { Gate, GateValue, Reads } from "../procedure.ts";
import { readOnce } from "../read-once.ts";
import { repeatedly } from "../repeatedly.ts";
import type { HostPlan } from "./host-plan.ts";
import { chiefOf } from "./selection.ts";

const LOOK_MS = 30_000;

const versionsOn = (
  { host, manager }: Pick<HostPlan, "host" | "manager">,
  names: readonly string[],
  reads: Reads,
): Promise<Parsed<ReadonlyMap<string, string>>> =>
  readOnce(reads, host, manager === "apt" ? dpkgVersions : rpmVersions, names);

/** Whether every package has left the version it had, and none is half installed. Undefined: not known. */
export const isUpgraded = async (plan: HostPlan, reads: Reads): Promise<boolean | undefined> => {
  const names = plan.changes.map(({ name }) => name);
  if (plan.manager === "dnf") {
    const left = await readOnce(reads, plan.host, dnfPlan, { security: false });
    return left.ok ? !left.value.upgrades.some(({ name }) => names.includes(name)) : undefined;
  }
  const [versions, broken] = await Promise.all([
    versionsOn(plan, names, reads),
    readOnce(reads, plan.host, dpkgAudit, undefined),
  ]);
  if (!versions.ok || !broken.ok) return undefined;
  return broken.value.length === 0 && plan.changes.every(({ name, from }) => versions.value.get(name) !== from);
};

/**
 * Nothing depends on what it is: it is looked at, so that journal and report have it. All packages are, not only those
 * that were chosen: what came along with them, or with what half was installed, changed too.
 */
export const versionsKnown = (
  plan: HostPlan,
  when: "before" | "after",
  wanted = `its versions ${when} are known`,
): Gate => ({
  id: `versions ${when} on ${plan.host}`,
  wanted,
  deadlineMs: LOOK_MS,
  watch: repeatedly(async (reads): Promise<GateValue> => {
    const versions = await versionsOn(plan, [], reads);
    if (!versions.ok) return { state: "unknown", value: versions.problem };
    const chief = chiefOf(plan.changes.map(({ name }) => name));
    return {
      state: "open",
      value: versionsText([...versions.value].filter(([name]) => chief.includes(name))),
      record: versionsText([...versions.value]),
    };
  }),
});

/** What nothing takes back is said when the rest has been. */
export const versionsStay = (plan: HostPlan): Gate =>
  versionsKnown(plan, "after", `packages of ${plan.host} are not taken back: what they are now is known`);

const versionsText = (versions: readonly (readonly [string, string])[]): string =>
  versions.map(([name, version]) => `${name} ${version}`).join(", ");

/** Every package that was planned is new. */
export const packagesAreNew = (plan: HostPlan): Gate => ({
  id: "packages-new",
  wanted: `${plural(plan.changes.length, `package of ${plan.host} is`, `packages of ${plan.host} are`)} new, and none is half installed`,
  deadlineMs: LOOK_MS,
  watch: repeatedly(async (reads): Promise<GateValue> => {
    const done = await isUpgraded(plan, reads);
    if (done === undefined) return { state: "unknown", value: "its packages cannot be asked for" };
    return done ? { state: "open", value: "all" } : { state: "waiting", value: await leftBehind(plan, reads) };
  }),
});

const leftBehind = async (plan: HostPlan, reads: Reads): Promise<string> => {
  const [versions, broken] = await Promise.all([
    versionsOn(
      plan,
      plan.changes.map(({ name }) => name),
      reads,
    ),
    readOnce(reads, plan.host, dpkgAudit, undefined),
  ]);
  const half = broken.ok ? broken.value : [];
  const old = versions.ok ? plan.changes.filter(({ name, from }) => versions.value.get(name) === from) : [];
  return [
    ...(half.length === 0 ? [] : [`half installed: ${half.slice(0, 5).join(", ")}`]),
    ...(old.length === 0
      ? []
      : [
          `still old: ${old
            .slice(0, 5)
            .map(({ name }) => name)
            .join(", ")}`,
        ]),
  ].join("; ");
};

/** The same package, the same version, on every host that has it. */
export const versionsEqual = (hosts: readonly HostPlan[]): Gate => ({
  id: "versions-equal",
  wanted: "every host has the same versions",
  deadlineMs: LOOK_MS,
  watch: repeatedly(async (reads): Promise<GateValue> => {
    const names = [...new Set(hosts.flatMap(({ changes }) => changes.map(({ name }) => name)))];
    const seen = await Promise.all(
      hosts.map(async (plan) => ({ plan, versions: await versionsOn(plan, names, reads) })),
    );
    const dark = seen.filter(({ versions }) => !versions.ok).map(({ plan }) => plan.host);
    if (dark.length > 0) return { state: "unknown", value: `not known on ${dark.join(", ")}` };
    const different = names.flatMap((name) => {
      const at = Map.groupBy(
        seen.flatMap(({ plan, versions }) => {
          const version = versions.ok ? versions.value.get(name) : undefined;
          return version === undefined ? [] : [{ host: plan.host, version }];
        }),
        ({ version }) => version,
      );
      return at.size < 2
        ? []
        : [
            `${name}: ${[...at].map(([version, on]) => `${version} on ${on.map(({ host }) => host).join(", ")}`).join("; ")}`,
          ];
    });
    if (different.length > 0) return { state: "waiting", value: different.slice(0, 6).join(" / ") };
    return {
      state: "open",
      value: `${plural(names.length, "package")} alike on ${hosts.map(({ host }) => host).join(", ")}`,
    };
  }),
});
