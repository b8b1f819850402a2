import { chmod, chown, lstat, mkdir, readFile, readlink, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { labError } from "../machine/error.ts";

/** A file, a link or an absence that makes a host what it is. Owners are names of the host's own accounts. */
export type HostFile =
  | {
      readonly kind: "file";
      readonly path: string;
      readonly text: string;
      readonly mode?: number;
      readonly owner?: string;
    }
  | { readonly kind: "link"; readonly path: string; readonly target: string }
  | { readonly kind: "absent"; readonly path: string };

export const file = (
  path: string,
  text: string,
  more: { readonly mode?: number; readonly owner?: string } = {},
): HostFile => ({ kind: "file", path, text, ...more });

interface Ids {
  readonly uid: number;
  readonly gid: number;
}

const ids = async (root: string, owner: string): Promise<Ids> => {
  const table = await readFile(join(root, "etc/passwd"), "utf8");
  const fields = table.split("\n").map((line) => line.split(":")).find(([name]) => name === owner); // prettier-ignore
  const [uid, gid] = [Number(fields?.[2]), Number(fields?.[3])];
  if (!Number.isInteger(uid) || !Number.isInteger(gid)) throw labError(`the image has no account ${owner}`);
  return { uid, gid };
};

const putFile = async (root: string, wanted: HostFile & { kind: "file" }): Promise<boolean> => {
  const path = join(root, wanted.path);
  const mode = wanted.mode ?? 0o644;
  const owner = wanted.owner === undefined ? { uid: 0, gid: 0 } : await ids(root, wanted.owner);
  const there = await lstat(path).catch(() => undefined);
  const same = there?.isFile() === true && (await readFile(path, "utf8")) === wanted.text;
  const sameRights = there !== undefined && (there.mode & 0o7777) === mode && there.uid === owner.uid;
  if (same && sameRights) return false;
  await mkdir(dirname(path), { recursive: true });
  if (!same) {
    if (there !== undefined) await rm(path, { recursive: true });
    await writeFile(path, wanted.text, { mode: 0o600 });
  }
  await chown(path, owner.uid, owner.gid);
  await chmod(path, mode);
  return true;
};

const putLink = async (root: string, wanted: HostFile & { kind: "link" }): Promise<boolean> => {
  const path = join(root, wanted.path);
  if ((await readlink(path).catch(() => undefined)) === wanted.target) return false;
  await mkdir(dirname(path), { recursive: true });
  await rm(path, { recursive: true, force: true });
  await symlink(wanted.target, path);
  return true;
};

const putAbsence = async (root: string, { path }: HostFile & { kind: "absent" }): Promise<boolean> => {
  const there = await lstat(join(root, path)).catch(() => undefined);
  await rm(join(root, path), { recursive: true, force: true });
  return there !== undefined;
};

const put = (root: string, wanted: HostFile): Promise<boolean> => {
  switch (wanted.kind) {
    case "file":
      return putFile(root, wanted);
    case "link":
      return putLink(root, wanted);
    case "absent":
      return putAbsence(root, wanted);
  }
};

/** Makes a host's files what they should be; returns the paths that had to be changed. Works while the host runs. */
export const putFiles = async (root: string, wanted: readonly HostFile[]): Promise<readonly string[]> => {
  const changed: string[] = [];
  for (const one of wanted) if (await put(root, one)) changed.push(one.path);
  return changed;
};
