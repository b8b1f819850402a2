import { access, readdir, rmdir } from "node:fs/promises";
import { networkInterfaces } from "node:os";
import { labError } from "../machine/error.ts";
import { attempt, run } from "../machine/exec.ts";
import { ownName } from "../number.ts";
import { HOSTS, NETWORK, type LabHost } from "../topology.ts";

const namespaceOf = (host: LabHost): string => ownName(`midwatch-${host.name}`);
export const namespacePath = (host: LabHost): string => `/run/netns/${namespaceOf(host)}`;

/** The machine's end of a host's cable. */
export const cableOf = (host: LabHost): string => ownName(`mw-${host.name}`);

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

const refuseClash = (): void => {
  const prefix = NETWORK.machineAddress.replace(/\d+$/, "");
  for (const [name, addresses] of Object.entries(networkInterfaces())) {
    if (name !== NETWORK.bridge && addresses?.some(({ address }) => address.startsWith(prefix))) {
      throw labError(`${name} already has an address in ${prefix}0/24`, "change the addresses in lab/topology.ts");
    }
  }
};

export const makeBridge = async (): Promise<void> => {
  const { bridge, machineAddress, prefixLength } = NETWORK;
  if (!(await exists(`/sys/class/net/${bridge}`))) {
    refuseClash();
    await run(["ip", "link", "add", bridge, "type", "bridge"]);
  }
  await run(["ip", "addr", "replace", `${machineAddress}/${prefixLength}`, "dev", bridge]);
  await run(["ip", "link", "set", bridge, "up"]);
};

/** Gives a host its namespace and its cable, and undoes what may have been done to them (down, no address). */
export const connectHost = async (host: LabHost): Promise<void> => {
  const namespace = namespaceOf(host);
  const cable = cableOf(host);
  if (!(await exists(namespacePath(host)))) await run(["ip", "netns", "add", namespace]);
  if (!(await exists(`/sys/class/net/${cable}`))) {
    await run(["ip", "link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", namespace]);
  }
  await run(["ip", "link", "set", cable, "master", NETWORK.bridge, "up"]);
  await run(["ip", "-n", namespace, "link", "set", "lo", "up"]);
  await run(["ip", "-n", namespace, "link", "set", "eth0", "up"]);
  await run(["ip", "-n", namespace, "addr", "replace", `${host.address}/${NETWORK.prefixLength}`, "dev", "eth0"]);
};

export const removeNetwork = async (): Promise<void> => {
  for (const host of HOSTS) {
    await attempt(["ip", "link", "del", cableOf(host)]);
    await attempt(["ip", "netns", "del", namespaceOf(host)]);
  }
  await attempt(["ip", "link", "del", NETWORK.bridge]);
  // `ip netns` leaves its folder mounted on itself; gone with the last namespace, unless others have some.
  const left = await readdir("/run/netns").catch(() => ["none"]);
  if (left.length === 0) {
    await attempt(["umount", "/run/netns"]);
    await rmdir("/run/netns").catch(() => undefined);
  }
};
