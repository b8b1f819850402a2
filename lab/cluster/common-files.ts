import { createHash } from "node:crypto";
import { file, type HostFile } from "../hosts/files.ts";
import { template } from "../hosts/template.ts";
import { HOSTS, type LabHost } from "../topology.ts";
import { grantsOf } from "./grants.ts";
import type { LabKeys } from "./keys.ts";

/** Must be there before the first boot: without it systemd takes the boot for an installation and enables every unit. */
const machineId = (host: LabHost): string =>
  createHash("sha256").update(`midwatch-lab ${host.name}`).digest("hex").slice(0, 32);

const hostKeys = (host: LabHost, keys: LabKeys): readonly HostFile[] =>
  Object.entries(keys.hosts[host.name] ?? {}).flatMap(([type, pair]) => [
    file(`/etc/ssh/ssh_host_${type}_key`, pair.privateKey, { mode: 0o600 }),
    file(`/etc/ssh/ssh_host_${type}_key.pub`, pair.publicKey),
  ]);

/** What every host has: a name, an identity, its neighbours, and the two accounts midwatch comes in by. */
export const commonFiles = async (host: LabHost, keys: LabKeys): Promise<readonly HostFile[]> => {
  const viewer = grantsOf("viewer");
  const neighbours = HOSTS.map(({ name, address }) => `${address} ${name}`).join("\n");
  return [
    file("/etc/machine-id", `${machineId(host)}\n`, { mode: 0o444 }),
    file("/etc/hostname", `${host.name}\n`),
    file("/etc/hosts", await template("common/hosts", { hosts: neighbours })),
    file("/etc/ssh/sshd_config.d/lab.conf", await template("common/sshd.conf")),
    file("/etc/systemd/journald.conf.d/lab.conf", await template("common/journald.conf")),
    file("/etc/sudoers.d/ops", await template("sudoers.ops"), { mode: 0o440 }),
    file("/etc/sudoers.d/viewer", viewer.sudoers(host.name), { mode: 0o440 }),
    file("/home/ops/.ssh/authorized_keys", keys.ops.publicKey, { mode: 0o600, owner: "ops" }),
    file("/home/viewer/.ssh/authorized_keys", `${viewer.keyOptions(host.name)} ${keys.viewer.publicKey}`, {
      mode: 0o600,
      owner: "viewer",
    }),
    ...hostKeys(host, keys),
  ];
};
