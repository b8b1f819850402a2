import { open } from "node:fs/promises";
import type { ParsedKey } from "ssh2";
import { resolveSecret } from "../../inventory/resolve-secret.ts";
import type { Secret } from "../../inventory/secret.ts";
import type { Prompts } from "../access.ts";
import { cleanLine } from "../clean.ts";
import { parseKeyFile, unlockKeyFile } from "./key-file.ts";
import type { Questions } from "./questions.ts";
import { quote } from "./quote.ts";

/** A key that can be offered to a server: its public half now, its signature later. */
export interface OfferedKey {
  readonly publicBlob: Buffer;
  /** Undefined for a public key file: only an agent can sign for it. */
  readonly unlock?: () => Promise<Unlocked>;
}

export type Unlocked =
  | { readonly ok: true; readonly key: ParsedKey }
  | { readonly ok: false; readonly why: string; readonly fix?: string };

export type Loaded =
  | { readonly state: "ready"; readonly offer: OfferedKey }
  | { readonly state: "absent" }
  | { readonly state: "unusable"; readonly why: string; readonly fix?: string };

export interface KeyUse {
  readonly path: string;
  /** For whom a passphrase is asked. */
  readonly host: string;
  readonly passphrase?: Secret;
  /** Called when a person or a program of theirs is asked, because that may take minutes. */
  readonly asking: () => void;
}

/** The private keys of all connections: each file is unlocked once, however many hosts want it. */
export interface KeyRing {
  readonly load: (use: KeyUse) => Promise<Loaded>;
  /** Forgets passphrases that were refused or wrong, so that they may be asked for again. */
  readonly askAgain: () => void;
}

const ATTEMPTS = 3;
const MAX_KEY_BYTES = 65_536;

export const openKeyRing = (questions: Questions, prompts: Prompts | undefined): KeyRing => {
  const unlocked = new Map<string, ParsedKey>();
  const givenUp = new Map<string, Unlocked>();
  const fetching = new Map<string, Promise<Unlocked>>();

  /** One fetch, however many hosts wait for it: a password manager asks its question once. */
  const fromSource = async (use: KeyUse, text: string, passphrase: Secret): Promise<Unlocked> => {
    // It has a deadline of its own (resolve-secret.ts), longer than a login's.
    if (passphrase.from === "command") use.asking();
    const name = JSON.stringify([use.path, passphrase]);
    const fetched = fetching.get(name) ?? openWith(passphrase, text).finally(() => fetching.delete(name));
    fetching.set(name, fetched);
    return fetched;
  };

  const unlock = async (use: KeyUse, text: string): Promise<Unlocked> => {
    const open = unlocked.get(text);
    if (open !== undefined) return { ok: true, key: open };
    const before = givenUp.get(use.path);
    if (before !== undefined) return before;
    const result = await (use.passphrase === undefined
      ? askPerson(use, text, questions, prompts)
      : fromSource(use, text, use.passphrase));
    if (result.ok) unlocked.set(text, result.key);
    else givenUp.set(use.path, result);
    return result;
  };

  const load = async (use: KeyUse): Promise<Loaded> => {
    const read = await readKeyFile(use.path);
    if (read.state !== "text") return read;
    const file = parseKeyFile(read.text);
    if (file.state === "unusable") return file;
    if (file.state === "plain") return ready(file.key);
    if (file.state === "public") return { state: "ready", offer: { publicBlob: file.publicBlob } };
    const locked = (): Promise<Unlocked> => unlock(use, read.text);
    if (file.publicBlob !== undefined) {
      return { state: "ready", offer: { publicBlob: file.publicBlob, unlock: locked } };
    }
    // The old format hides even the public half: it has to be opened before it can be offered.
    const opened = await locked();
    if (opened.ok) return ready(opened.key);
    const { why, fix } = opened;
    return fix === undefined ? { state: "unusable", why } : { state: "unusable", why, fix };
  };

  return { load, askAgain: () => givenUp.clear() };
};

const ready = (key: ParsedKey): Loaded => ({
  state: "ready",
  offer: { publicBlob: key.getPublicSSH(), unlock: async () => ({ ok: true, key }) },
});

const openWith = async (passphrase: Secret, text: string): Promise<Unlocked> => {
  const secret = await resolveSecret(passphrase);
  if (!secret.ok) {
    const [first] = secret.problems;
    return {
      ok: false,
      why: first?.what ?? "no passphrase",
      ...(first?.fix === undefined ? {} : { fix: first.fix }),
    };
  }
  const key = unlockKeyFile(text, secret.value);
  if (key !== undefined) return { ok: true, key };
  return { ok: false, why: "the inventory's passphrase does not open it", fix: "correct ssh.passphrase's source" };
};

const askPerson = async (
  { path, host, asking }: KeyUse,
  text: string,
  questions: Questions,
  prompts: Prompts | undefined,
): Promise<Unlocked> => {
  if (prompts === undefined) {
    return {
      ok: false,
      why: "it is locked with a passphrase, and nobody can be asked",
      fix: `ssh-add ${quote(path)}, or give ssh.passphrase in the inventory`,
    };
  }
  asking();
  return questions.put(`passphrase ${path}`, async () => {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const said = await prompts.passphrase({ keyPath: path, host, attempt });
      if (said === undefined) return { ok: false, why: "no passphrase was given", fix: "refresh to be asked again" };
      const key = unlockKeyFile(text, said);
      if (key !== undefined) return { ok: true, key };
    }
    return { ok: false, why: `${ATTEMPTS} wrong passphrases`, fix: "refresh to be asked again" };
  });
};

type ReadKey = { readonly state: "text"; readonly text: string } | Exclude<Loaded, { readonly state: "ready" }>;

const readKeyFile = async (path: string): Promise<ReadKey> => {
  try {
    const file = await open(path, "r");
    try {
      const { mode, uid, size } = await file.stat();
      // As OpenSSH: a key of one's own that others may read is not used.
      if (uid === process.getuid?.() && (mode & 0o077) !== 0) {
        return {
          state: "unusable",
          why: `others may read it (mode ${(mode & 0o777).toString(8)})`,
          fix: `chmod 600 ${quote(path)}`,
        };
      }
      if (size > MAX_KEY_BYTES) return { state: "unusable", why: "it is too large for a private key" };
      return { state: "text", text: await file.readFile("utf8") };
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return { state: "absent" };
    return { state: "unusable", why: cleanLine(error instanceof Error ? error.message : String(error)) };
  }
};
