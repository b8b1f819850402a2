import { randomBytes } from "node:crypto";
import { appendFile, mkdir, readFile } from "node:fs/promises";
import path from "node:path";
import { hashName, parseKnownHosts, type KnownHostsLine } from "./known-hosts-line.ts";

/** Reads the files in order; one that is not there, or may not be read, knows nobody. */
export const readKnownHosts = async (files: readonly string[]): Promise<readonly KnownHostsLine[]> => {
  const texts = await Promise.all(files.map((file) => readOrEmpty(file)));
  return files.flatMap((file, index) => parseKnownHosts(file, texts[index] ?? ""));
};

/**
 * Appends a host's key. Names are hashed where the file's are, or where the person wants it (HashKnownHosts): such a
 * file must not start to tell which hosts there are.
 *
 * @throws the file system's error.
 */
export const saveHostKey = async (
  file: string,
  name: string,
  keyType: string,
  blob: Buffer,
  hash: boolean,
): Promise<void> => {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  const text = await readOrEmpty(file);
  const hashed = hash || parseKnownHosts(file, text).some((line) => line.hosts.kind === "hashed");
  const entry = `${hashed ? hashedName(name) : name} ${keyType} ${blob.toString("base64")}\n`;
  const separator = text === "" || text.endsWith("\n") ? "" : "\n";
  await appendFile(file, separator + entry, { mode: 0o600 });
};

const hashedName = (name: string): string => {
  const salt = randomBytes(20);
  return `|1|${salt.toString("base64")}|${hashName(salt, name).toString("base64")}`;
};

const readOrEmpty = async (file: string): Promise<string> => {
  try {
    return await readFile(file, "utf8");
  } catch {
    return "";
  }
};
