import { chmodSync, writeFileSync } from "node:fs";
import ssh2 from "ssh2";

export interface TestKey {
  readonly privateText: string;
  readonly publicLine: string;
  readonly publicBlob: Buffer;
  readonly type: string;
}

type Kind = "ed25519" | "ecdsa" | "rsa";

/** A key of its own for each call, made here: no private key stands in the repository. */
export const keyPair = (kind: Kind = "ed25519", passphrase?: string): TestKey => {
  const locked = passphrase === undefined ? {} : { passphrase, cipher: "aes256-ctr", rounds: 4 };
  const pair = generate(kind, locked);
  const [type = "", base64 = ""] = pair.public.split(" ");
  return {
    privateText: pair.private,
    publicLine: `${type} ${base64}`,
    publicBlob: Buffer.from(base64, "base64"),
    type,
  };
};

const generate = (kind: Kind, locked: object) => {
  switch (kind) {
    case "ed25519":
      for (;;) {
        const pair = ssh2.utils.generateKeyPairSync("ed25519", { ...locked });
        // One in 256 is broken: mscdex/ssh2#1513.
        if (!(ssh2.utils.parseKey(pair.public) instanceof Error)) return pair;
      }
    case "ecdsa":
      return ssh2.utils.generateKeyPairSync("ecdsa", { bits: 256, ...locked });
    case "rsa":
      return ssh2.utils.generateKeyPairSync("rsa", { bits: 2048, ...locked });
  }
};

export const writeKey = (file: string, key: TestKey): string => {
  writeFileSync(file, key.privateText);
  chmodSync(file, 0o600);
  return file;
};
