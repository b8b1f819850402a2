import type { Prompts } from "../access.ts";
import { cleanLine } from "../clean.ts";
import type { Hop } from "./hop.ts";
import { blobKeyType, fingerprint } from "./host-key-blob.ts";
import { readKnownHosts, saveHostKey } from "./known-hosts-file.ts";
import type { KnownHostsLine } from "./known-hosts-line.ts";
import { judgeHostKey, lookupNames, type KnownKey } from "./known-hosts.ts";
import { problem, type Problem } from "./problem.ts";
import type { Questions } from "./questions.ts";
import { quote } from "./quote.ts";
import { revocation } from "./revoked-keys.ts";

/** Undefined: trusted. */
type Refusal = Problem | undefined;

/** Decides whether a host is who it says it is. Nobody is trusted because nobody could be asked. */
export interface HostKeys {
  readonly known: (hop: Hop) => Promise<readonly KnownHostsLine[]>;
  /** `asking` is called when a person is asked, because that may take minutes. */
  readonly check: (hop: Hop, known: readonly KnownHostsLine[], blob: Buffer, asking: () => void) => Promise<Refusal>;
  /** Forgets refusals, so that the same key may be asked about again. */
  readonly askAgain: () => void;
}

export const openHostKeys = (questions: Questions, prompts: Prompts | undefined): HostKeys => {
  // What a person said, until the console ends: a key accepted once is not asked about at every reconnect and rekeying.
  const answers = new Map<string, "once" | "refuse">();

  const askPerson = async (hop: Hop, blob: Buffer, hostKey: Prompts["hostKey"]): Promise<Refusal> => {
    const shown = { keyType: blobKeyType(blob) ?? "unknown type", fingerprint: fingerprint(blob) };
    const subject = `host-key ${lookupNames(hop.keyName)[0]} ${blob.toString("base64")}`;
    const refused = problem(
      "host-key",
      `${hop.name}: you refused its host key ${shown.keyType} ${shown.fingerprint}`,
      "refresh to be asked again",
    );
    const ask = async (): Promise<Refusal> => {
      const said = await hostKey({ host: hop.name, address: hop.address, port: hop.port, ...shown });
      answers.set(subject, said === "refuse" ? "refuse" : "once");
      if (said === "refuse") return refused;
      const unsaved = said === "save" ? await save(hop, blob) : undefined;
      if (unsaved !== undefined) answers.delete(subject);
      return unsaved;
    };
    const said = answers.get(subject);
    if (said === undefined) return questions.put(subject, ask);
    return said === "once" ? undefined : refused;
  };

  return {
    known: (hop) => readKnownHosts(hop.knownHosts.files),
    check: async (hop, known, blob, asking) => {
      const { revoked: list } = hop.knownHosts;
      const refused = list === undefined ? undefined : await revocation(hop.name, list, blob);
      if (refused !== undefined) return refused;
      const verdict = judgeHostKey(known, hop.keyName, blob);
      switch (verdict.verdict) {
        case "trusted":
          return undefined;
        case "changed":
          return changed(hop, blob, verdict.expected);
        case "revoked":
          return revoked(hop, verdict.by);
        case "unsupported-ca":
          return unsupportedAuthority(hop, blob, verdict.by);
        case "unknown":
          if (prompts === undefined) return unknown(hop, blob);
          asking();
          return askPerson(hop, blob, prompts.hostKey);
      }
    },
    askAgain: () => {
      for (const [subject, said] of answers) if (said === "refuse") answers.delete(subject);
    },
  };
};

const save = async (hop: Hop, blob: Buffer): Promise<Refusal> => {
  const file = hop.knownHosts.saveTo;
  if (file === undefined) return undefined;
  try {
    await saveHostKey(file, lookupNames(hop.keyName)[0], blobKeyType(blob) ?? "", blob, hop.knownHosts.hash);
    return undefined;
  } catch (error) {
    const why = cleanLine(error instanceof Error ? error.message : String(error));
    return problem("host-key", `${hop.name}: its key could not be saved: ${why}`, "refresh, and accept it once");
  }
};

const unknown = (hop: Hop, blob: Buffer): Problem =>
  problem(
    "host-key",
    `${hop.name}: unknown host key ${describe(blob)}`,
    `compare the fingerprint with the host's own, then: ${scanCommand(hop, blob)}`,
  );

const changed = (hop: Hop, blob: Buffer, expected: readonly KnownKey[]): Problem => {
  const was = expected.map((key) => `${key.keyType} ${key.fingerprint} (${where(key)})`).join(", ");
  return problem(
    "host-key",
    `${hop.name}: HOST KEY CHANGED: it shows ${describe(blob)}, known is ${was}. Someone may be in between`,
    `find out why; if the host was reinstalled: ssh-keygen -R ${quote(lookupNames(hop.keyName)[0])} -f ${quote(expected[0]?.file ?? "")}`,
  );
};

const revoked = (hop: Hop, by: KnownKey): Problem =>
  problem(
    "host-key",
    `${hop.name}: its host key ${by.keyType} ${by.fingerprint} is revoked (${where(by)})`,
    "give the host a new key; a revoked one is never accepted",
  );

const unsupportedAuthority = (hop: Hop, blob: Buffer, by: KnownKey): Problem =>
  problem(
    "host-key",
    `${hop.name}: only a certificate authority vouches for it (${where(by)}), and host certificates are not supported yet; its plain key is ${describe(blob)}`,
    `add the host's own key: ${scanCommand(hop, blob)}`,
  );

const where = (key: KnownKey): string => cleanLine(`${key.file}:${key.line}`);

const describe = (blob: Buffer): string => `${blobKeyType(blob) ?? "of unknown type"} ${fingerprint(blob)}`;

const scanCommand = (hop: Hop, blob: Buffer): string => {
  const type = (blobKeyType(blob) ?? "").replace(/^ssh-/, "").replace(/^ecdsa-.*/, "ecdsa");
  const port = hop.port === 22 ? "" : ` -p ${hop.port}`;
  const file = hop.knownHosts.saveTo ?? "~/.ssh/known_hosts";
  // Behind a jump host ssh-keyscan cannot reach it, and under an alias it would write the wrong name.
  if (hop.keyName.kind === "alias") return `ssh${port} ${hop.user}@${hop.address}`;
  return `ssh-keyscan${port} -t ${type} ${hop.address} >> ${file}`;
};
