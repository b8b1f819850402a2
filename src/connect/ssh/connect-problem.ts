import { cleanLine } from "../clean.ts";
import type { Hop } from "./hop.ts";
import { problem, type Problem } from "./problem.ts";

/** How far a connection had come when it failed. */
export type Phase = "dial" | "greeting" | "handshake" | "login";

const at = (hop: Hop): string => `${hop.address}:${hop.port}`;

/** So much time has passed. A host that accepts and stays silent is not the same as one that is not there. */
export const outOfTime = (hop: Hop, phase: Phase, afterMs = hop.connectDeadlineMs): Problem => {
  const seconds = `${afterMs / 1000} s`;
  switch (phase) {
    case "dial":
      return problem("unreachable", `${hop.name}: no answer from ${at(hop)} within ${seconds}`, CHECK_WAY);
    case "greeting":
      return problem(
        "timeout",
        `${hop.name}: ${at(hop)} accepts connections but said nothing for ${seconds}`,
        "check that sshd answers there: it may hang, or be out of memory or processes",
      );
    case "handshake":
    case "login":
      return problem("timeout", `${hop.name}: the ${phase} with ${at(hop)} took longer than ${seconds}`);
  }
};

const CHECK_WAY = "check that the host is up, its address, and the network and firewall on the way";

/** A socket's error, by its code. */
export const socketProblem = (hop: Hop, error: unknown): Problem => {
  const code = codeOf(error);
  const { name } = hop;
  switch (code) {
    case "ECONNREFUSED":
      return problem("refused", `${name}: ${at(hop)} refuses connections`, "check that sshd runs there, on that port");
    case "ENOTFOUND":
    case "EAI_AGAIN":
    case "EAI_NODATA":
      return problem(
        "unreachable",
        `${name}: the name ${hop.address} is not found`,
        "correct the host's address in the inventory, or DNS",
      );
    case "EHOSTUNREACH":
    case "ENETUNREACH":
    case "EHOSTDOWN":
    case "ENETDOWN":
      return problem("unreachable", `${name}: no route to ${at(hop)}`, CHECK_WAY);
    case "ETIMEDOUT":
      return problem("unreachable", `${name}: no answer from ${at(hop)}`, CHECK_WAY);
    case "ECONNRESET":
    case "EPIPE":
      return problem("refused", `${name}: ${at(hop)} cut the connection`, DROPPED);
    default:
      return problem("unreachable", `${name}: ${at(hop)}: ${messageOf(error)}`, CHECK_WAY);
  }
};

const DROPPED = "look at sshd's log there: MaxStartups, hosts.deny or a ban for failed logins";

/** What ssh2 says went wrong before the login was through; a login that failed explains itself elsewhere. */
export const handshakeProblem = (hop: Hop, phase: Phase, error: unknown): Problem => {
  const message = messageOf(error);
  if (levelOf(error) === "client-socket") return socketProblem(hop, error);
  if (/lost before handshake/i.test(message)) return closedEarly(hop, phase);
  if (/no matching/i.test(message)) {
    return problem(
      "failed",
      `${hop.name}: no common SSH algorithm with ${at(hop)} (${message})`,
      "the server is too old or too strict for midwatch: update it, or allow a current algorithm",
    );
  }
  if (/too many authentication failures/i.test(message)) {
    return problem(
      "auth",
      `${hop.name}: ${hop.user}@${hop.address}: the server stopped listening after too many keys`,
      "name the one key to use in the inventory (ssh.key), or set IdentitiesOnly in ssh_config",
    );
  }
  if (/identification/i.test(message)) {
    return problem("failed", `${hop.name}: what answers at ${at(hop)} is not an SSH server`, "correct ssh.port");
  }
  return problem("failed", `${hop.name}: ${at(hop)}: ${message}`);
};

/** The other side closed without a word. */
export const closedEarly = (hop: Hop, phase: Phase): Problem =>
  phase === "login"
    ? problem("auth", `${hop.name}: ${at(hop)} cut the connection during login`, DROPPED)
    : problem("refused", `${hop.name}: ${at(hop)} accepts connections and closes them`, DROPPED);

/** A failure on the way is told as the host's, naming the hop. */
export const throughJump = (host: string, found: Problem): Problem => ({
  ...found,
  detail: `${host}: jump host ${found.detail}`,
});

const propertyOf = (error: unknown, key: "code" | "level"): unknown =>
  typeof error === "object" && error !== null && key in error
    ? Object.getOwnPropertyDescriptor(error, key)?.value
    : undefined;

const codeOf = (error: unknown): unknown => propertyOf(error, "code");
const levelOf = (error: unknown): unknown => propertyOf(error, "level");
const messageOf = (error: unknown): string =>
  cleanLine(error instanceof Error ? error.message : String(error)).slice(0, 300);
