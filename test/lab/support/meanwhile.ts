import { expect } from "vitest";
import { openPresentRun } from "../../../lab/cluster/run.ts";
import { loadSecrets } from "../../../lab/cluster/secrets.ts";
import { checkHealth } from "../../../lab/health.ts";
import { bootHost } from "../../../lab/hosts/boot.ts";
import { findSupervisors } from "../../../lab/hosts/process.ts";
import { waitFor } from "../../../lab/machine/wait.ts";
import { serverStates } from "../../../lab/services/haproxy.ts";
import { balancer, type LabHost } from "../../../lab/topology.ts";
import type { Operator } from "./upgrading.ts";
import { dirs } from "./watch.ts";

type Child = ReturnType<Operator["resume"]>;

/** Kills it when it prints what `when` looks for; false when it ended before. */
export const killedAt = async (child: Child, when: (line: string) => boolean): Promise<boolean> => {
  let killed = false;
  for await (const line of child) {
    if (!when(line)) continue;
    killed = child.kill("SIGKILL");
    break;
  }
  await child;
  return killed;
};

export interface Moment {
  /** A line that it prints. */
  readonly at: RegExp;
  readonly act: () => unknown;
}

/** Lets it run to its end, and does one thing after the other as soon as it prints what each waits for. */
export const meanwhile = async (child: Child, ...moments: readonly Moment[]): Promise<string> => {
  const left = [...moments];
  for await (const line of child) {
    if (left[0] === undefined || !left[0].at.test(line)) continue;
    await left.shift()?.act();
  }
  const { stdout, stderr } = await child;
  expect(
    left.map(({ at }) => at),
    `${stdout}\n${stderr}`,
  ).toEqual([]);
  return stdout;
};

/** A sync that came by while it was paused says so until its next round, which is three minutes later. */
const WELL_MS = 240_000;

/** Every daemon says by itself that it is well. */
export const expectHealth = async (): Promise<void> => {
  const secrets = await loadSecrets(dirs.secrets);
  const ill = async (): Promise<readonly string[]> =>
    (await checkHealth(secrets)).flatMap(({ name, ok, seen }) => (ok ? [] : [`${name}: ${seen}`]));
  await waitFor("the lab is well", async () => ((await ill()).length === 0 ? true : undefined), {
    timeoutMs: WELL_MS,
  }).catch(() => undefined);
  expect(await ill()).toEqual([]);
};

/** What HAProxy itself says of a host's web server: `UP`, `MAINT`, `DRAIN`. */
export const webServerOf = async ({ name }: LabHost): Promise<string> =>
  (await serverStates(balancer)).get(`web/${name}`) ?? "";

/** A host of the lab that reboots goes down and stays so: what a machine's firmware would do next is done by this. */
export const powerBack = async (host: LabHost): Promise<void> => {
  const isDown = async () => ((await findSupervisors(host)).length === 0 ? true : undefined);
  await waitFor(`${host.name} goes down`, isDown, { timeoutMs: 180_000 });
  const { places } = await openPresentRun(dirs);
  await Promise.all(places.filter((place) => place.host.name === host.name).map(bootHost));
};
