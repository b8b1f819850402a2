import type { Readable } from "node:stream";
import type { Client, ClientChannel } from "ssh2";
import { cleanLine } from "../clean.ts";
import { problem, type Problem } from "./problem.ts";
import type { ForwardTarget } from "./forward-types.ts";

export type OpenedStream = { readonly ok: true; readonly channel: ClientChannel } | ({ readonly ok: false } & Problem);

/** Opens a channel through `client` to a port or unix socket. The caller keeps the deadline. `host` is for messages. */
export const openStream = async (client: Client, host: string, to: ForwardTarget): Promise<OpenedStream> =>
  new Promise((resolve) => {
    const done = (error: Error | undefined, channel?: ClientChannel): void => {
      if (channel === undefined) resolve({ ok: false, ...channelProblem(host, to, error) });
      else resolve({ ok: true, channel: harmless(channel) });
    };
    try {
      if ("socketPath" in to) client.openssh_forwardOutStreamLocal(to.socketPath, done);
      else client.forwardOut("127.0.0.1", 0, to.host, to.port, done);
    } catch (error) {
      // ssh2 throws when the connection has just gone.
      done(error instanceof Error ? error : undefined);
    }
  });

/** ssh2 emits errors on channels long after they were closed; without a listener they end the process. */
export const harmless = <S extends Readable>(stream: S): S => {
  stream.on("error", () => undefined);
  return stream;
};

/** RFC 4254, 5.1. */
const ADMINISTRATIVELY_PROHIBITED = 1;
const CONNECT_FAILED = 2;

const channelProblem = (host: string, to: ForwardTarget, error: Error | undefined): Problem => {
  const isSocket = "socketPath" in to;
  const target = cleanLine(isSocket ? to.socketPath : `${to.host}:${to.port}`);
  const reason: unknown = error !== undefined && "reason" in error ? error.reason : undefined;
  const said = cleanLine((error?.message ?? "").replace(/^\(SSH\) Channel open failure: /, ""));
  if (reason === ADMINISTRATIVELY_PROHIBITED) {
    const setting = isSocket ? "AllowStreamLocalForwarding" : "AllowTcpForwarding";
    return problem(
      "privilege",
      `${host}: sshd forbids tunnels to ${target}`,
      `allow them in sshd_config: ${setting}, PermitOpen`,
    );
  }
  if (reason === CONNECT_FAILED && isSocket) {
    // sshd says "open failed" for every cause, its own AllowStreamLocalForwarding included.
    return problem(
      "refused",
      `${host}: ${target} cannot be opened: it is not there, nobody listens, or the SSH user may not`,
      `check that its service runs, who may open it (ls -l ${target}), and AllowStreamLocalForwarding in sshd_config`,
    );
  }
  if (reason === CONNECT_FAILED) {
    const unreachable = /no route|unreachable|timed out|not known|temporary failure/i.test(said);
    const why = said === "" ? "refused" : said;
    return problem(
      unreachable ? "unreachable" : "refused",
      `${host}: ${target}: ${why}`,
      "check that the service runs there",
    );
  }
  return problem("failed", `${host}: no tunnel to ${target}: ${said || "the connection was lost"}`);
};
