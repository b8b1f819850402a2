import { expect } from "vitest";
import { loadSecrets } from "../../../lab/cluster/secrets.ts";
import { checkHealth } from "../../../lab/health.ts";
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
  expect(left.map(({ at }) => at)).toEqual([]);
  const { stdout } = await child;
  return stdout;
};

/** Every daemon says by itself that it is well. */
export const expectHealth = async (): Promise<void> => {
  const secrets = await loadSecrets(dirs.secrets);
  const ill = async (): Promise<readonly string[]> =>
    (await checkHealth(secrets)).flatMap(({ name, ok, seen }) => (ok ? [] : [`${name}: ${seen}`]));
  await waitFor("the lab is well", async () => ((await ill()).length === 0 ? true : undefined), {
    timeoutMs: 60_000,
  }).catch(() => undefined);
  expect(await ill()).toEqual([]);
};

/** What HAProxy itself says of a host's web server: `UP`, `MAINT`, `DRAIN`. */
export const webServerOf = async ({ name }: LabHost): Promise<string> =>
  (await serverStates(balancer)).get(`web/${name}`) ?? "";
