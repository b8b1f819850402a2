import { createHash } from "node:crypto";

/** `SHA256:…` without padding, as `ssh-keygen -l` prints it. */
export const fingerprint = (blob: Uint8Array): string =>
  `SHA256:${createHash("sha256").update(blob).digest("base64").replace(/=+$/, "")}`;

/** The key type named inside a public key blob (RFC 4253, 6.6), or undefined when it is none. */
export const blobKeyType = (blob: Buffer): string | undefined => {
  if (blob.length < 5) return undefined;
  const length = blob.readUInt32BE(0);
  if (length === 0 || length > 64 || blob.length < 4 + length) return undefined;
  const name = blob.toString("latin1", 4, 4 + length);
  return /^[!-~]+$/.test(name) ? name : undefined;
};

/** Key types whose signatures ssh2 can check, most wanted first, with the algorithms each is negotiated by. */
const ALGORITHMS = {
  "ssh-ed25519": ["ssh-ed25519"],
  "ecdsa-sha2-nistp256": ["ecdsa-sha2-nistp256"],
  "ecdsa-sha2-nistp384": ["ecdsa-sha2-nistp384"],
  "ecdsa-sha2-nistp521": ["ecdsa-sha2-nistp521"],
  "ssh-rsa": ["rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"],
} as const;

type HostKeyAlgorithm = (typeof ALGORITHMS)[keyof typeof ALGORITHMS][number];

export const canVerify = (keyType: string): boolean => Object.hasOwn(ALGORITHMS, keyType);

/**
 * The order in which to ask for host keys: known types first, as OpenSSH does, so that a host known by its ed25519
 * key does not come out as unknown because it would rather show its ecdsa key.
 */
export const hostKeyAlgorithms = (knownTypes: ReadonlySet<string>): HostKeyAlgorithm[] => {
  const entries = Object.entries(ALGORITHMS);
  const known = entries.filter(([type]) => knownTypes.has(type));
  const others = entries.filter(([type]) => !knownTypes.has(type));
  return [...known, ...others].flatMap(([, algorithms]) => algorithms);
};
