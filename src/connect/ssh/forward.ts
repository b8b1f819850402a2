import type { ForwardTarget, Forwarded } from "./forward-types.ts";
import { openStream } from "./open-stream.ts";
import { problem } from "./problem.ts";
import type { Session } from "./session.ts";
import { openTunnel } from "./tunnel.ts";

/**
 * Opens a stream through a host; settles within the deadline, and a stream that comes later is closed again. The
 * deadline is what others have left of theirs: it may be over already.
 */
export const forward = async (
  session: Session,
  host: string,
  to: ForwardTarget,
  deadlineMs: number,
): Promise<Forwarded> =>
  new Promise((resolve) => {
    let late = false;
    let connected = false;
    const timer = setTimeout(
      () => {
        late = true;
        const why = session.silence() ?? (connected ? tooSlow(host, to) : session.explainWaiting());
        resolve({ ok: false, ...why });
      },
      Math.max(0, deadlineMs),
    );
    session.whenReady((ready) => {
      if (late) return;
      if (!ready.ok) {
        clearTimeout(timer);
        resolve(ready);
        return;
      }
      connected = true;
      void openStream(ready.connection.client, host, to).then((opened) => {
        clearTimeout(timer);
        if (!opened.ok) resolve(opened);
        else if (late) opened.channel.close();
        else resolve({ ok: true, stream: openTunnel(opened.channel) });
        return opened.ok;
      });
    });
  });

/** Without a figure: what was left for the tunnel is not what the question was given. */
const tooSlow = (host: string, to: ForwardTarget) => {
  const target = "socketPath" in to ? to.socketPath : `${to.host}:${to.port}`;
  return problem("timeout", `${host}: no tunnel to ${target} in time`);
};
