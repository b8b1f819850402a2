import ssh2, { type ParsedKey } from "ssh2";
import { blobKeyType } from "./host-key-blob.ts";

/** What a key file holds. */
export type KeyFile =
  | { readonly state: "plain"; readonly key: ParsedKey }
  /** Its public half is readable in OpenSSH's own format, so that it can be offered before it is unlocked. */
  | { readonly state: "encrypted"; readonly publicBlob?: Buffer }
  /** A public key alone, by which people choose one of their agent's keys. */
  | { readonly state: "public"; readonly publicBlob: Buffer }
  | { readonly state: "unusable"; readonly why: string };

export const parseKeyFile = (text: string): KeyFile => {
  const header = opensshHeader(text);
  const publicBlob = header?.publicBlob ?? publicKeyLine(text);
  const type = publicBlob === undefined ? "" : (blobKeyType(publicBlob) ?? "");
  if (type.startsWith("sk-")) return { state: "unusable", why: "security keys (sk) are not supported yet" };
  if (type.includes("-cert-")) return { state: "unusable", why: "certificates are not supported yet" };
  if (header !== undefined && header.cipher !== "none") return { state: "encrypted", publicBlob: header.publicBlob };
  if (/^(Proc-Type: 4,ENCRYPTED|-----BEGIN ENCRYPTED)/m.test(text)) return { state: "encrypted" };
  if (header === undefined && publicBlob !== undefined) return { state: "public", publicBlob };
  const key = privateKeyIn(text);
  return key === undefined
    ? { state: "unusable", why: "not a private key midwatch can read" }
    : { state: "plain", key };
};

/** Undefined when the passphrase does not open it. */
export const unlockKeyFile = (text: string, passphrase: string): ParsedKey | undefined =>
  // ssh2 takes an empty passphrase for none.
  passphrase === "" ? undefined : privateKeyIn(text, passphrase);

const privateKeyIn = (text: string, passphrase?: string): ParsedKey | undefined => {
  try {
    const parsed: unknown = ssh2.utils.parseKey(text, passphrase);
    // ssh2 gives a list of one for OpenSSH's format, whatever its types say.
    const key: unknown = Array.isArray(parsed) ? parsed[0] : parsed;
    return isPrivateKey(key) ? key : undefined;
  } catch {
    return undefined;
  }
};

const isPrivateKey = (key: unknown): key is ParsedKey =>
  typeof key === "object" &&
  key !== null &&
  "isPrivateKey" in key &&
  typeof key.isPrivateKey === "function" &&
  key.isPrivateKey() === true;

const publicKeyLine = (text: string): Buffer | undefined => {
  const match = /^([a-z][\w@.-]+) ([A-Za-z0-9+/]+={0,2})(?:\s|$)/.exec(text);
  const blob = Buffer.from(match?.[2] ?? "", "base64");
  return match !== null && blobKeyType(blob) === match[1] ? blob : undefined;
};

/** The readable part of OpenSSH's format (PROTOCOL.key in its sources). */
const opensshHeader = (text: string): { readonly cipher: string; readonly publicBlob: Buffer } | undefined => {
  const match = /-----BEGIN OPENSSH PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END/.exec(text);
  if (match === null) return undefined;
  const bytes = Buffer.from(match[1] ?? "", "base64");
  const magic = "openssh-key-v1\0";
  if (bytes.toString("latin1", 0, magic.length) !== magic) return undefined;
  const cipher = readString(bytes, magic.length);
  const kdf = readString(bytes, cipher?.end);
  const options = readString(bytes, kdf?.end);
  // Between the options and the public key stands the number of keys, always 1.
  const publicBlob = readString(bytes, options === undefined ? undefined : options.end + 4);
  if (cipher === undefined || publicBlob === undefined) return undefined;
  return { cipher: cipher.bytes.toString("latin1"), publicBlob: publicBlob.bytes };
};

const readString = (
  bytes: Buffer,
  at: number | undefined,
): { readonly bytes: Buffer; readonly end: number } | undefined => {
  if (at === undefined || at + 4 > bytes.length) return undefined;
  const end = at + 4 + bytes.readUInt32BE(at);
  return end > bytes.length ? undefined : { bytes: bytes.subarray(at + 4, end), end };
};
