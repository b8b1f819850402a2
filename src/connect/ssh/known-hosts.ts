import { canVerify, fingerprint } from "./host-key-blob.ts";
import { knownHostsName, lineMatches, type KnownHostsLine } from "./known-hosts-line.ts";

/** Where a key is written down. */
export interface KnownKey {
  readonly file: string;
  readonly line: number;
  readonly keyType: string;
  readonly fingerprint: string;
}

export type HostKeyVerdict =
  | { readonly verdict: "trusted"; readonly by: KnownKey }
  | { readonly verdict: "unknown" }
  /** Other keys are written down for this host; nobody may connect until a person has looked. */
  | { readonly verdict: "changed"; readonly expected: readonly KnownKey[] }
  | { readonly verdict: "revoked"; readonly by: KnownKey }
  /** Only an authority vouches for the host, and certificates cannot be checked yet. */
  | { readonly verdict: "unsupported-ca"; readonly by: KnownKey };

/** How a host is looked up: by its alias alone when it has one (HostKeyAlias), else by name and port. */
export type HostKeyName =
  | { readonly kind: "alias"; readonly alias: string }
  | { readonly kind: "address"; readonly host: string; readonly port: number };

/**
 * What known_hosts says about a key. Stricter than OpenSSH in one point: a host known only by keys of other types is
 * "changed", not "unknown", because we ask for the known types first and a host that has lost all of them is as
 * suspicious as one that shows a different key.
 */
export const judgeHostKey = (lines: readonly KnownHostsLine[], name: HostKeyName, blob: Buffer): HostKeyVerdict => {
  const exact = matching(lines, [lookupNames(name)[0]]);
  const all = matching(lines, lookupNames(name));
  const revoked = all.find((line) => line.mark === "revoked" && line.blob.equals(blob));
  if (revoked !== undefined) return { verdict: "revoked", by: knownKey(revoked) };

  const plain = exact.filter((line) => line.mark === "plain" && canVerify(line.keyType));
  // As OpenSSH: a port nothing is written down for may show a key that is known for the bare host name.
  const same = (plain.length > 0 ? plain : all).find((line) => line.mark === "plain" && line.blob.equals(blob));
  if (same !== undefined) return { verdict: "trusted", by: knownKey(same) };
  if (plain.length > 0) return { verdict: "changed", expected: plain.map(knownKey) };

  const authority = exact.find((line) => line.mark === "cert-authority");
  return authority === undefined ? { verdict: "unknown" } : { verdict: "unsupported-ca", by: knownKey(authority) };
};

/** Key types written down for a host, to be asked for first. */
export const knownKeyTypes = (lines: readonly KnownHostsLine[], name: HostKeyName): ReadonlySet<string> => {
  const plain = (names: readonly string[]): readonly string[] =>
    matching(lines, names)
      .filter((line) => line.mark === "plain")
      .map((line) => line.keyType);
  const names = lookupNames(name);
  const exact = plain(names.slice(0, 1));
  return new Set(exact.length > 0 ? exact : plain(names));
};

/** The first is the name the host is saved under. */
export const lookupNames = (name: HostKeyName): readonly [string, ...string[]] => {
  if (name.kind === "alias") return [name.alias.toLowerCase()];
  const exact = knownHostsName(name.host, name.port);
  return name.port === 22 ? [exact] : [exact, knownHostsName(name.host, 22)];
};

const matching = (lines: readonly KnownHostsLine[], names: readonly string[]): readonly KnownHostsLine[] =>
  lines.filter((line) => names.some((name) => lineMatches(line, name)));

const knownKey = (line: KnownHostsLine): KnownKey => ({
  file: line.file,
  line: line.line,
  keyType: line.keyType,
  fingerprint: fingerprint(line.blob),
});
