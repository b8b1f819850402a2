/** What `ssh -G HOST` says, as far as midwatch heeds it. Paths still hold `~` and %-tokens. */
export interface SshConfigAnswer {
  readonly hostName?: string;
  readonly user?: string;
  readonly port?: number;
  readonly family: 0 | 4 | 6;
  readonly hostKeyAlias?: string;
  readonly identityFiles: readonly string[];
  readonly identitiesOnly: boolean;
  readonly identityAgent?: string;
  readonly userKnownHosts: readonly string[];
  readonly globalKnownHosts: readonly string[];
  readonly revokedHostKeys?: string;
  readonly hashKnownHosts: boolean;
  readonly proxyJump?: string;
  readonly proxyCommand?: string;
  readonly connectTimeoutMs?: number;
}

/** Reads the output of `ssh -G`: one lower-case keyword a line. Any text gives an answer; what it lacks is left out. */
export const parseSshG = (text: string): SshConfigAnswer => {
  const values = new Map<string, string[]>();
  for (const line of text.split("\n")) {
    const match = /^([a-z]+) (.*\S)\s*$/.exec(line);
    if (match === null) continue;
    const [, key = "", value = ""] = match;
    values.set(key, [...(values.get(key) ?? []), value]);
  }
  const one = (key: string): string | undefined => {
    const value = values.get(key)?.[0];
    return value === "none" ? undefined : value;
  };
  const files = (key: string): readonly string[] => (one(key) ?? "").split(/\s+/).filter((file) => file !== "");
  const port = wholeNumber(one("port"));
  const connectTimeoutS = wholeNumber(one("connecttimeout"));
  return {
    ...given("hostName", one("hostname")),
    ...given("user", one("user")),
    ...given("port", port !== undefined && port <= 65_535 ? port : undefined),
    family: familyOf(one("addressfamily")),
    ...given("hostKeyAlias", one("hostkeyalias")),
    identityFiles: (values.get("identityfile") ?? []).filter((file) => file !== "none"),
    identitiesOnly: one("identitiesonly") === "yes",
    // "none" means something here: no agent at all.
    ...given("identityAgent", values.get("identityagent")?.[0]),
    userKnownHosts: files("userknownhostsfile"),
    globalKnownHosts: files("globalknownhostsfile"),
    ...given("revokedHostKeys", one("revokedhostkeys")),
    hashKnownHosts: one("hashknownhosts") === "yes",
    ...given("proxyJump", one("proxyjump")),
    ...given("proxyCommand", one("proxycommand")),
    ...given("connectTimeoutMs", connectTimeoutS === undefined ? undefined : connectTimeoutS * 1000),
  };
};

/** A key that is absent rather than undefined, as exactOptionalPropertyTypes wants it. */
const given = <K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } =>
  value === undefined ? {} : ({ [key]: value } as { readonly [P in K]?: V });

const wholeNumber = (text: string | undefined): number | undefined =>
  text !== undefined && /^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined;

const familyOf = (text: string | undefined): 0 | 4 | 6 => {
  if (text === "inet") return 4;
  return text === "inet6" ? 6 : 0;
};

export interface JumpSpec {
  readonly host: string;
  readonly user?: string;
  readonly port?: number;
}

/** `user@host:port`, `[v6]:port` or `ssh://…`; undefined when it is none of these. */
export const parseJump = (text: string): JumpSpec | undefined => {
  const match = /^(?:ssh:\/\/)?(?:([^@\s]+)@)?(\[[0-9A-Fa-f:.]+(?:%\w+)?\]|[^\s:@[\]/]+)(?::(\d{1,5}))?\/?$/.exec(
    text.trim(),
  );
  if (match === null) return undefined;
  const [, user, host = "", port] = match;
  if (host.startsWith("-") || (port !== undefined && (Number(port) < 1 || Number(port) > 65_535))) return undefined;
  return {
    host: host.replace(/^\[(.*)\]$/, "$1"),
    ...given("user", user),
    ...given("port", port === undefined ? undefined : Number(port)),
  };
};

/** Expands OpenSSH's %-tokens (ssh_config(5), TOKENS) as far as they name things we know. */
export const expandTokens = (text: string, tokens: Readonly<Record<string, string>>): string =>
  text.replaceAll(/%(.)/g, (whole, letter: string) => (letter === "%" ? "%" : (tokens[letter] ?? whole)));

export const expandHome = (file: string, home: string): string =>
  file === "~" || file.startsWith("~/") ? home + file.slice(1) : file;
