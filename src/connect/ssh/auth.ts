import ssh2, { type IdentityCallback, type ParsedKey, type SignCallback, type SigningRequestOptions } from "ssh2";
import type { Hop } from "./hop.ts";
import { listIdentities, type Hash, type IdentityList } from "./identities.ts";
import type { KeyRing } from "./key-ring.ts";
import type { Patience } from "./patience.ts";
import { problem, type Problem } from "./problem.ts";

/** How one connection logs in, and afterwards what came of it. */
export interface Login {
  /** ssh2's authHandler: what to try next, or false for nothing more. Its types do not know the nulls of the first call. */
  readonly handler: (methodsLeft: string[]) => void;
  /** Why nothing was accepted. */
  readonly explain: () => Problem;
}

/**
 * Offers keys through an agent of our own, because only so ssh2 lets a signature take time: a locked key is offered by
 * its public half, and its passphrase asked for only once the host is trusted and has said that it wants the key.
 */
export const openLogin = (hop: Hop, ring: KeyRing, patience: Patience): Login => {
  const seen: Seen = { list: undefined, signed: 0, unsigned: [], methods: undefined };
  let step: "keys" | "none" | "done" = "keys";
  const agent = new KeyAgent(hop, ring, patience, seen);
  return {
    handler: (methodsLeft: readonly string[] | null) => {
      seen.methods = methodsLeft ?? seen.methods;
      if (step === "keys") {
        step = "none";
        return { type: "agent", username: hop.user, agent };
      }
      // No key was even offered: ask what the server would have taken.
      const last = step === "none" && seen.methods === undefined ? { type: "none", username: hop.user } : false;
      step = "done";
      return last;
    },
    explain: () => explain(hop, seen),
  };
};

/** What a login went through, for its explanation. */
interface Seen {
  list: IdentityList | undefined;
  /** Keys the server wanted and that could not sign. */
  readonly unsigned: { readonly label: string; readonly why: string; readonly fix?: string }[];
  methods: readonly string[] | undefined;
  /** Signatures given: keys the server wanted. */
  signed: number;
}

/** A class because ssh2 asks for an instance of its own. */
class KeyAgent extends ssh2.BaseAgent<Buffer> {
  readonly #list: () => Promise<IdentityList>;
  readonly #patience: Patience;
  readonly #seen: Seen;

  constructor(hop: Hop, ring: KeyRing, patience: Patience, seen: Seen) {
    super();
    this.#list = async () => listIdentities(hop, ring, patience.hold);
    this.#patience = patience;
    this.#seen = seen;
  }

  override getIdentities(callback: IdentityCallback<Buffer>): void {
    void this.#answerIdentities(callback);
  }

  async #answerIdentities(callback: IdentityCallback<Buffer>): Promise<void> {
    const list = await this.#list();
    this.#patience.resume();
    this.#seen.list = list;
    callback(
      undefined,
      list.identities.map((identity) => identity.publicBlob),
    );
  }

  override sign(
    key: Buffer | ParsedKey,
    data: Buffer,
    optionsOrCallback: SigningRequestOptions | SignCallback,
    maybeCallback?: SignCallback,
  ): void {
    const callback = typeof optionsOrCallback === "function" ? optionsOrCallback : maybeCallback;
    const hash = typeof optionsOrCallback === "function" ? undefined : optionsOrCallback.hash;
    void this.#answerSign(Buffer.isBuffer(key) ? key : key.getPublicSSH(), data, hash, callback);
  }

  async #answerSign(blob: Buffer, data: Buffer, hash: Hash | undefined, callback?: SignCallback): Promise<void> {
    const identity = this.#seen.list?.identities.find((each) => each.publicBlob.equals(blob));
    const signed = await (identity?.sign(data, hash) ?? { ok: false as const, why: "it was not offered" });
    this.#patience.resume();
    if (signed.ok) {
      this.#seen.signed += 1;
      callback?.(undefined, signed.signature);
    } else {
      this.#seen.unsigned.push({ label: identity?.label ?? "a key", ...signed });
      callback?.(new Error(signed.why));
    }
  }
}

const explain = (hop: Hop, { list, unsigned, methods, signed }: Seen): Problem => {
  const who = `${hop.name}: ${hop.user}@${hop.address} was not let in`;
  const unusable = [
    ...unsigned.map(({ label, why, fix }) => ({ text: `${label}: ${why}`, fix })),
    ...(list?.notes ?? []),
  ];
  const failed = new Set(unsigned.map(({ label }) => label));
  const refused = (list?.identities ?? []).filter((each) => !failed.has(each.label)).map((each) => each.label);
  const parts = [
    ...(refused.length === 0 ? [] : [`refused: ${refused.join(", ")}`]),
    ...unusable.map(({ text }) => text),
    ...(refused.length + unusable.length === 0 ? ["no key to offer"] : []),
    ...(methods === undefined || methods.length === 0 ? [] : [`the server takes ${methods.join(", ")}`]),
  ];
  const fix = unusable.find((note) => note.fix !== undefined)?.fix ?? fixOf(hop, refused, methods, signed);
  return problem("auth", `${who}; ${parts.join("; ")}`, fix);
};

const fixOf = (
  hop: Hop,
  refused: readonly string[],
  methods: readonly string[] | undefined,
  signed: number,
): string => {
  if (methods !== undefined && !methods.includes("publickey")) {
    // What is left after a key was accepted is a second factor.
    return signed > 0
      ? "the server wants more than a key, which is not supported; let this account in by key alone"
      : "allow this account to log in with a key (PubkeyAuthentication)";
  }
  if (refused.length === 0) return "name a key in the inventory (ssh.key), or load one: ssh-add";
  return `add one of these keys to ~${hop.user}/.ssh/authorized_keys on ${hop.name}, or correct ssh.user and ssh.key`;
};
