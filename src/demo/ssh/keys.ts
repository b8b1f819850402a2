import ssh2, { type ParsedKey } from "ssh2";

/** A key pair in OpenSSH's formats. */
export interface Keys {
  readonly privateKey: string;
  /** `ssh-ed25519 AAAA…`, without a comment. */
  readonly publicKey: string;
}

export const generateKeys = (): Keys => {
  const pair = ssh2.utils.generateKeyPairSync("ed25519");
  return { privateKey: pair.private, publicKey: pair.public.trim() };
};

export const parsePublicKey = (text: string): ParsedKey => {
  const key = ssh2.utils.parseKey(text);
  if (key instanceof Error) throw key;
  return key;
};
