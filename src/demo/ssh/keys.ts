import ssh2, { type ParsedKey } from "ssh2";

/** A key pair in OpenSSH's formats. */
export interface Keys {
  readonly privateKey: string;
  /** `ssh-ed25519 AAAA…`, without a comment. */
  readonly publicKey: string;
}

export const generateKeys = (): Keys => {
  for (;;) {
    const pair = ssh2.utils.generateKeyPairSync("ed25519");
    // Of a key that begins with a zero byte, one in 256, ssh2 drops that byte and cannot read the rest (mscdex/ssh2#1513).
    if (!(ssh2.utils.parseKey(pair.public) instanceof Error))
      return { privateKey: pair.private, publicKey: pair.public.trim() };
  }
};

export const parsePublicKey = (text: string): ParsedKey => {
  const key = ssh2.utils.parseKey(text);
  if (key instanceof Error) throw key;
  return key;
};
