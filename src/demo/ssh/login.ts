import type { AuthContext, ParsedKey } from "ssh2";

/** Account → the key it may log in with. */
export type Accounts = ReadonlyMap<string, ParsedKey>;

/** Public keys only, each for its own account; everything else is told so, as sshd does. */
export const checkLogin = (context: AuthContext, accounts: Accounts): boolean => {
  const allowed = accounts.get(context.username);
  if (context.method !== "publickey" || allowed === undefined) {
    context.reject(["publickey"]);
    return false;
  }
  const { key, signature, blob, hashAlgo } = context;
  const known = key.algo === allowed.type && key.data.equals(allowed.getPublicSSH());
  // Without a signature the client only asks whether the key would do.
  const proven = signature === undefined || (blob !== undefined && verifies(allowed, blob, signature, hashAlgo));
  if (known && proven) context.accept();
  else context.reject(["publickey"]);
  return known && proven && signature !== undefined;
};

const verifies = (key: ParsedKey, blob: Buffer, signature: Buffer, hashAlgo: string | undefined): boolean => {
  // Declared a boolean, but an Error when the signature cannot even be read, and an Error is truthy.
  const verified: unknown = key.verify(blob, signature, hashAlgo);
  return verified === true;
};
