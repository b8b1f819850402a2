import { createHmac } from "node:crypto";
import { blobKeyType } from "./host-key-blob.ts";

/** One usable line of a known_hosts file; sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT". */
export interface KnownHostsLine {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly mark: "plain" | "revoked" | "cert-authority";
  readonly hosts: HostPatterns;
  readonly keyType: string;
  readonly blob: Buffer;
}

type HostPatterns =
  | { readonly kind: "hashed"; readonly salt: Buffer; readonly hash: Buffer }
  | { readonly kind: "patterns"; readonly patterns: readonly string[] };

/** Lines that cannot be read are skipped, as OpenSSH does: they can only make a host unknown, never trusted. */
export const parseKnownHosts = (file: string, text: string): readonly KnownHostsLine[] =>
  text.split("\n").flatMap((raw, index) => {
    const line = parseLine(file, index + 1, raw);
    return line === undefined ? [] : [line];
  });

const parseLine = (file: string, line: number, raw: string): KnownHostsLine | undefined => {
  const text = raw.trim();
  if (text === "" || text.startsWith("#")) return undefined;
  const fields = text.split(/[ \t]+/);
  const mark = markOf(fields[0] ?? "");
  if (mark === undefined) return undefined;
  const [names = "", keyType = "", base64 = ""] = mark === "plain" ? fields : fields.slice(1);
  const hosts = parsePatterns(names);
  if (hosts === undefined || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return undefined;
  const blob = Buffer.from(base64, "base64");
  if (keyType === "" || blobKeyType(blob) !== keyType) return undefined;
  return { file, line, mark, hosts, keyType, blob };
};

const markOf = (first: string): KnownHostsLine["mark"] | undefined => {
  if (!first.startsWith("@")) return "plain";
  if (first === "@revoked") return "revoked";
  return first === "@cert-authority" ? "cert-authority" : undefined;
};

const parsePatterns = (names: string): HostPatterns | undefined => {
  if (!names.startsWith("|")) return { kind: "patterns", patterns: names.toLowerCase().split(",") };
  const match = /^\|1\|([A-Za-z0-9+/]+={0,2})\|([A-Za-z0-9+/]+={0,2})$/.exec(names);
  if (match === null) return undefined;
  const [, salt = "", hash = ""] = match;
  return { kind: "hashed", salt: Buffer.from(salt, "base64"), hash: Buffer.from(hash, "base64") };
};

/** Whether the line speaks of this host; `name` as {@link knownHostsName} writes it. */
export const lineMatches = (line: KnownHostsLine, name: string): boolean => {
  if (line.hosts.kind === "hashed") return hashName(line.hosts.salt, name).equals(line.hosts.hash);
  let matched = false;
  for (const pattern of line.hosts.patterns) {
    if (pattern.startsWith("!")) {
      // A negated match rules the line out, whatever else it lists.
      if (globMatches(pattern.slice(1), name)) return false;
    } else if (globMatches(pattern, name)) matched = true;
  }
  return matched;
};

export const hashName = (salt: Uint8Array, name: string): Buffer => createHmac("sha1", salt).update(name).digest();

/** The name a host goes by in known_hosts: the port is written only where it is not 22. */
export const knownHostsName = (host: string, port: number): string => {
  const lower = host.toLowerCase();
  return port === 22 ? lower : `[${lower}]:${port}`;
};

/** `*` any run, `?` any one character; goes back only to the last `*`, so that no pattern can take long. */
const globMatches = (pattern: string, text: string): boolean => {
  let p = 0;
  let t = 0;
  let star = -1;
  let resume = 0;
  while (t < text.length) {
    const c = pattern[p];
    if (c === "*") {
      star = p;
      p += 1;
      resume = t;
    } else if (c !== undefined && (c === "?" || c === text[t])) {
      p += 1;
      t += 1;
    } else if (star >= 0) {
      p = star + 1;
      resume += 1;
      t = resume;
    } else return false;
  }
  while (pattern[p] === "*") p += 1;
  return p === pattern.length;
};
