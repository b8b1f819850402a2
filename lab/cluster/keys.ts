import { access, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../machine/exec.ts";
import { HOSTS } from "../topology.ts";

export interface KeyPair {
  /** The private key's file on this machine. */
  readonly path: string;
  readonly privateKey: string;
  readonly publicKey: string;
}

const TYPES = ["ed25519", "ecdsa", "rsa"] as const;
export type KeyType = (typeof TYPES)[number];

export interface LabKeys {
  readonly ops: KeyPair;
  readonly viewer: KeyPair;
  /** Root of the master origin calls the sub-servers with it. */
  readonly sync: KeyPair;
  readonly hosts: Readonly<Record<string, Readonly<Record<KeyType, KeyPair>>>>;
}

const pair = async (path: string, type: KeyType, comment: string): Promise<KeyPair> => {
  const there = await access(path).then(
    () => true,
    () => false,
  );
  if (!there) await run(["ssh-keygen", "-q", "-t", type, "-N", "", "-C", comment, "-f", path]);
  return { path, privateKey: await readFile(path, "utf8"), publicKey: await readFile(`${path}.pub`, "utf8") };
};

/** Key pairs of one run: made once, so that a host made anew is still the host that known_hosts knows. */
export const loadKeys = async (folder: string): Promise<LabKeys> => {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const user = (name: string): Promise<KeyPair> => pair(join(folder, name), "ed25519", `${name}@midwatch-lab`);
  const ofHost = async (name: string) => {
    const one = (type: KeyType): Promise<KeyPair> => pair(join(folder, `${name}_${type}`), type, `root@${name}`);
    const [ed25519, ecdsa, rsa] = await Promise.all([one("ed25519"), one("ecdsa"), one("rsa")]);
    return [name, { ed25519, ecdsa, rsa }] as const;
  };
  const [ops, viewer, sync, hosts] = await Promise.all([
    user("ops"),
    user("viewer"),
    user("sync"),
    Promise.all(HOSTS.map(({ name }) => ofHost(name))),
  ]);
  return { ops, viewer, sync, hosts: Object.fromEntries(hosts) };
};

/** The hosts' real keys under name and address, as `ssh` wants them. */
export const knownHosts = (keys: LabKeys): string =>
  HOSTS.flatMap(({ name, address }) =>
    Object.values(keys.hosts[name] ?? {}).map(({ publicKey }) => {
      const [type, key] = publicKey.split(" ");
      return `${name},${address} ${type} ${key}\n`;
    }),
  ).join("");

export const writeKnownHosts = (path: string, keys: LabKeys): Promise<void> => writeFile(path, knownHosts(keys));
