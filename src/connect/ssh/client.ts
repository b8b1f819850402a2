import type { Duplex } from "node:stream";
import ssh2, { type Client } from "ssh2";
import { openLogin } from "./auth.ts";
import { closedEarly, handshakeProblem, type Phase } from "./connect-problem.ts";
import type { Hop } from "./hop.ts";
import { hostKeyAlgorithms } from "./host-key-blob.ts";
import type { HostKeys } from "./host-key.ts";
import type { KeyRing } from "./key-ring.ts";
import { knownKeyTypes } from "./known-hosts.ts";
import type { Patience } from "./patience.ts";
import type { Problem } from "./problem.ts";

/** What all connections of a cluster share: who is trusted, and the keys to show. */
export interface Trust {
  readonly hostKeys: HostKeys;
  readonly keyRing: KeyRing;
}

export interface LoginRequest {
  readonly hop: Hop;
  /** Open to the hop's sshd. Destroyed when the login fails. */
  readonly stream: Duplex;
  readonly trust: Trust;
  readonly patience: Patience;
  /** Gives up. */
  readonly signal: AbortSignal;
  readonly onPhase: (phase: Phase) => void;
  /** How often to ask for a sign of life once logged in, or 0. */
  readonly pulseMs: number;
}

export type LoggedIn = { readonly ok: true; readonly client: Client } | ({ readonly ok: false } & Problem);

/** Handshake, host key and login over an open stream. */
export const logIn = async (request: LoginRequest): Promise<LoggedIn> => {
  const { hop, stream, trust, patience, signal } = request;
  const known = await trust.hostKeys.known(hop);
  // ssh2 waits for ever on a stream that ended before it listened.
  if (signal.aborted || !stream.readable) {
    stream.destroy();
    return { ok: false, ...closedEarly(hop, "greeting") };
  }
  const login = openLogin(hop, trust.keyRing, patience);
  const client = new ssh2.Client();
  let phase: Phase = "greeting";
  let refusal: Problem | undefined;
  const enter = (now: Phase): void => {
    phase = now;
    request.onPhase(now);
  };

  return new Promise((resolve) => {
    const fail = (why: Problem): void => {
      resolve({ ok: false, ...why });
      client.destroy();
      stream.destroy();
    };
    // Stays for good: ssh2 also emits errors long after the login, and one without a listener ends the process.
    client.on("error", (error) => {
      const level = "level" in error ? error.level : undefined;
      // One key that could not sign; the next is tried.
      if (level === "agent") return;
      fail(refusal ?? (level === "client-authentication" ? login.explain() : handshakeProblem(hop, phase, error)));
    });
    const closed = (): void => fail(refusal ?? closedEarly(hop, phase));
    client.once("close", closed);
    signal.addEventListener("abort", closed, { once: true });
    client.once("handshake", () => enter("login"));
    client.once("ready", () => {
      client.off("close", closed);
      signal.removeEventListener("abort", closed);
      resolve({ ok: true, client });
    });

    const check = async (blob: Buffer, verify: (trusted: boolean) => void): Promise<void> => {
      refusal = await trust.hostKeys.check(hop, known, blob, patience.hold);
      patience.resume();
      verify(refusal === undefined);
    };
    enter("greeting");
    try {
      client.connect({
        sock: stream,
        username: hop.user,
        algorithms: { serverHostKey: hostKeyAlgorithms(knownKeyTypes(known, hop.keyName)) },
        hostVerifier: (blob: Buffer, verify: (trusted: boolean) => void) => void check(blob, verify),
        authHandler: login.handler,
        readyTimeout: 0,
        keepaliveInterval: request.pulseMs,
        // Whether the host is gone is judged by all bytes that come, not by these answers alone (pulse.ts).
        keepaliveCountMax: Number.MAX_SAFE_INTEGER,
      });
    } catch (error) {
      fail(handshakeProblem(hop, phase, error));
    }
    // ssh2 has paused the stream until it listens itself, so this takes nothing from it.
    stream.once("data", () => enter("handshake"));
  });
};
