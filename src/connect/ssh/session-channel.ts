import type { Client, ClientChannel } from "ssh2";
import { cleanLine } from "../clean.ts";
import { harmless } from "./open-stream.ts";
import { problem, type Problem } from "./problem.ts";

export type ExecResult = { readonly ok: true; readonly channel: ClientChannel } | ({ readonly ok: false } & Problem);

/**
 * sshd counts a session against MaxSessions until it has tidied up after it, which may be after it has read the request
 * for the next one: with ours near its limit it then refuses one that it grants a moment later.
 */
const TRY_AGAIN_MS: readonly number[] = [50, 150, 400];

/** Runs a command line on a channel of its own. `done` is never called before this returns. The caller keeps the deadline. */
export const exec = (
  client: Client,
  host: string,
  line: string,
  done: (result: ExecResult) => void,
  [pauseMs, ...pauses]: readonly number[] = TRY_AGAIN_MS,
): void => {
  try {
    client.exec(line, (error, channel) => {
      // ssh2 gives no channel with an error, whatever its types say.
      if (error !== undefined && error !== null) {
        if ("reason" in error && pauseMs !== undefined)
          setTimeout(() => exec(client, host, line, done, pauses), pauseMs);
        else done({ ok: false, ...execProblem(host, error) });
      } else {
        harmless(channel);
        harmless(channel.stderr);
        done({ ok: true, channel });
      }
    });
  } catch {
    // ssh2 throws when the connection has just gone, for seconds where a jump host passes on only the end of the bytes.
    queueMicrotask(() => done({ ok: false, ...problem("unreachable", `${host}: the connection was lost`) }));
  }
};

const execProblem = (host: string, error: Error): Problem => {
  const said = cleanLine(error.message.replace(/^\(SSH\) Channel open failure: /, ""));
  if ("reason" in error) {
    return problem(
      "failed",
      `${host}: sshd opens no session for commands: ${said}`,
      "raise MaxSessions in sshd_config; the default of 10 is enough",
    );
  }
  return problem(
    "failed",
    `${host}: sshd runs no command for this account: ${said}`,
    "allow exec for it: ForceCommand, restricted keys",
  );
};
