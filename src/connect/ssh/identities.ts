import ssh2, { type ParsedKey } from "ssh2";
import { cleanLine } from "../clean.ts";
import type { Hop } from "./hop.ts";
import type { KeyRing, Loaded } from "./key-ring.ts";

/** One key to offer to a server. */
export interface Identity {
  readonly publicBlob: Buffer;
  /** For messages: a file, or the agent's comment. */
  readonly label: string;
  readonly from: "agent" | "file";
  readonly sign: (data: Buffer, hash: Hash | undefined) => Promise<Signed>;
}

export type Hash = "sha1" | "sha256" | "sha512";

export type Signed =
  | { readonly ok: true; readonly signature: Buffer }
  | { readonly ok: false; readonly why: string; readonly fix?: string };

export interface IdentityList {
  readonly identities: readonly Identity[];
  /** What could not be used, and the way out where there is one. */
  readonly notes: readonly { readonly text: string; readonly fix?: string }[];
}

/**
 * The keys for a hop, in OpenSSH's order: files the agent holds too, the agent's other keys, files of our own. A key
 * the inventory names comes before all of them.
 */
export const listIdentities = async (hop: Hop, ring: KeyRing, asking: () => void): Promise<IdentityList> => {
  const { key, files, only, agentSocket, passphrase } = hop.identities;
  const paths = key === undefined ? files : [key, ...files];
  const agent = agentSocket === undefined ? undefined : await askAgent(agentSocket);
  const held = agent?.keys ?? [];
  const notes: { text: string; fix?: string }[] = [];
  if (agent?.failed === true) notes.push({ text: `no agent answers at ${cleanLine(agentSocket ?? "")}` });

  const viaAgent: Identity[] = [];
  const viaFile: Identity[] = [];
  for (const path of paths) {
    const use = { path, host: hop.name, asking, ...(passphrase === undefined ? {} : { passphrase }) };
    const loaded = await ring.load(use);
    const usable = identityOf(path, loaded, held);
    if (usable !== undefined) (usable.from === "agent" ? viaAgent : viaFile).push(usable);
    else if (loaded.state === "unusable") {
      notes.push({ text: `${path}: ${loaded.why}`, ...(loaded.fix === undefined ? {} : { fix: loaded.fix }) });
    } else if (path === key) {
      notes.push({
        text: `${path}: ${loaded.state === "absent" ? "there is no such file" : "a public key the agent does not hold"}`,
      });
    }
  }
  const chosen = viaAgent.map(({ publicBlob }) => publicBlob);
  const others = only ? [] : held.filter((each) => !chosen.some((blob) => blob.equals(each.publicBlob)));
  // The inventory's key may stand in the middle of this order; it was named on purpose.
  const all = [...viaAgent, ...others, ...viaFile];
  const first = all.filter((each) => each.label === key);
  return { identities: [...first, ...all.filter((each) => each.label !== key)], notes };
};

const identityOf = (path: string, loaded: Loaded, held: readonly Identity[]): Identity | undefined => {
  if (loaded.state !== "ready") return undefined;
  const { publicBlob, unlock } = loaded.offer;
  const inAgent = held.find((each) => each.publicBlob.equals(publicBlob));
  if (inAgent !== undefined) return { ...inAgent, label: path };
  if (unlock === undefined) return undefined;
  return {
    publicBlob,
    label: path,
    from: "file",
    sign: async (data, hash) => {
      const opened = await unlock();
      if (!opened.ok) return opened;
      const signature: unknown = opened.key.sign(data, hash);
      return Buffer.isBuffer(signature) ? { ok: true, signature } : { ok: false, why: "it cannot sign" };
    },
  };
};

const AGENT_DEADLINE_MS = 3_000;

interface AgentAnswer {
  readonly failed: boolean;
  readonly keys: readonly Identity[];
}

const askAgent = async (socket: string): Promise<AgentAnswer> =>
  new Promise((resolve) => {
    const agent = new ssh2.OpenSSHAgent(socket);
    const timer = setTimeout(() => resolve({ failed: true, keys: [] }), AGENT_DEADLINE_MS);
    agent.getIdentities((error, keys) => {
      clearTimeout(timer);
      const usable = (keys ?? []).flatMap((key) => ("pubKey" in key ? [] : [agentIdentity(agent, key)]));
      resolve({ failed: error !== undefined && error !== null, keys: usable });
    });
  });

const agentIdentity = (agent: InstanceType<typeof ssh2.OpenSSHAgent>, key: ParsedKey): Identity => ({
  publicBlob: key.getPublicSSH(),
  label: `agent key ${cleanLine(key.comment) || key.type}`,
  from: "agent",
  sign: async (data, hash) =>
    new Promise((resolve) => {
      agent.sign(key, data, hash === undefined ? {} : { hash }, (error, signature) => {
        if (signature === undefined) resolve({ ok: false, why: cleanLine(error?.message ?? "the agent did not sign") });
        else resolve({ ok: true, signature });
      });
    }),
});
