import type { AuthContext, ParsedKey } from "ssh2";

/** Account → the key it may log in with. */
export type Accounts = ReadonlyMap<string, ParsedKey>;

/** Public keys only, each for its own account. `offered`: the client asks whether the key would do, without proof yet. */
export const judgeLogin = (context: AuthContext, accounts: Accounts): "refused" | "offered" | "proven" => {
  const allowed = accounts.get(context.username);
  if (context.method !== "publickey" || allowed === undefined) return "refused";
  const { key, signature, blob, hashAlgo } = context;
  if (key.algo !== allowed.type || !key.data.equals(allowed.getPublicSSH())) return "refused";
  if (signature === undefined) return "offered";
  return blob !== undefined && verifies(allowed, blob, signature, hashAlgo) ? "proven" : "refused";
};

const verifies = (key: ParsedKey, blob: Buffer, signature: Buffer, hashAlgo: string | undefined): boolean => {
  // Declared a boolean, but an Error when the signature cannot even be read, and an Error is truthy.
  const verified: unknown = key.verify(blob, signature, hashAlgo);
  return verified === true;
};
