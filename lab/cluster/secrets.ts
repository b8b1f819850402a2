import { randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Passwords of one run, each also a file of mode 600 that an inventory can name. Reused as long as the run lives. */

export type SecretName =
  | "sql-ops"
  | "sql-viewer"
  | "sql-app"
  | "redis-cache"
  | "redis-sessions"
  | "redis-midwatch"
  | "redis-ops";
export type Secrets = Readonly<Record<SecretName, string>>;

export const secretFile = (folder: string, name: SecretName): string => join(folder, name);

/** Letters and digits only: these stand in SQL, ini files and URLs of the lab. */
const fresh = (): string => randomBytes(18).toString("base64url").replaceAll(/[-_]/g, "x");

const readOrMake = async (path: string): Promise<string> => {
  const there = await readFile(path, "utf8").catch(() => undefined);
  if (there !== undefined) return there.trim();
  const made = fresh();
  await writeFile(path, `${made}\n`, { mode: 0o600 });
  return made;
};

export const loadSecrets = async (folder: string): Promise<Secrets> => {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const one = (name: SecretName): Promise<string> => readOrMake(secretFile(folder, name));
  return {
    "sql-ops": await one("sql-ops"),
    "sql-viewer": await one("sql-viewer"),
    "sql-app": await one("sql-app"),
    "redis-cache": await one("redis-cache"),
    "redis-sessions": await one("redis-sessions"),
    "redis-midwatch": await one("redis-midwatch"),
    "redis-ops": await one("redis-ops"),
  };
};
