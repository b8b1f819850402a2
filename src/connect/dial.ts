import { connect, isIP } from "node:net";
import { connect as connectTls } from "node:tls";
import { networkProblem, shortText } from "./failure.ts";
import { problem } from "./ssh/problem.ts";
import type { Forwarded, ForwardTarget, SshSessions } from "./ssh/sessions.ts";

/** Opens one stream to a service; settles within `deadlineMs` and never rejects. The stream has an error handler. */
export type Dial = (deadlineMs: number) => Promise<Forwarded>;

/** Through the host's SSH connection, to a port or socket as that host sees it. */
export const dialThrough =
  (sessions: SshSessions, host: string, to: ForwardTarget): Dial =>
  (deadlineMs) =>
    sessions.forward(host, to, deadlineMs);

/** Straight from this machine. */
export const dialDirect =
  (address: string, port: number, where: string): Dial =>
  (deadlineMs) =>
    settleFirst(
      (done) => {
        const socket = connect({ host: address, port, noDelay: true, keepAlive: true });
        socket.once("connect", () => done({ ok: true, stream: socket }));
        socket.on("error", (error) => done({ ok: false, ...networkProblem(error, where) }));
        return () => socket.destroy();
      },
      deadlineMs,
      where,
    );

export interface TlsSettings {
  /** Certificate authority, PEM; without it the system's. */
  readonly ca?: string;
  /** Name the certificate must carry. */
  readonly servername: string;
  /** False only where the name cannot be checked; see the caller's reason. */
  readonly verify: boolean;
}

/** TLS inside another stream. */
export const dialTls =
  (dial: Dial, tls: TlsSettings, where: string): Dial =>
  async (deadlineMs) => {
    const started = performance.now();
    const under = await dial(deadlineMs);
    if (!under.ok) return under;
    return settleFirst(
      (done) => {
        const secure = connectTls({
          socket: under.stream,
          // An address may not stand in SNI (RFC 6066); `host` is what the certificate is then compared with.
          host: tls.servername,
          ...(isIP(tls.servername) === 0 ? { servername: tls.servername } : {}),
          rejectUnauthorized: tls.verify,
          ...(tls.ca === undefined ? {} : { ca: tls.ca }),
        });
        secure.once("secureConnect", () => done({ ok: true, stream: secure }));
        secure.on("error", (error) => done({ ok: false, ...tlsProblem(error, where) }));
        secure.once("close", () => done({ ok: false, ...networkProblem({ code: "ECONNRESET" }, where) }));
        return () => secure.destroy();
      },
      deadlineMs - (performance.now() - started),
      where,
    );
  };

const tlsProblem = (error: Error, where: string) =>
  problem(
    "failed",
    `${where}: TLS failed: ${shortText(error.message)}`,
    "see tls.ca and tls.servername in the inventory, and whether TLS is on there",
  );

type Start = (done: (result: Forwarded) => void) => /* give up */ () => void;

const settleFirst = (start: Start, deadlineMs: number, where: string): Promise<Forwarded> => {
  const { promise, resolve } = Promise.withResolvers<Forwarded>();
  let giveUp = (): void => undefined;
  const settle = (result: Forwarded): void => {
    clearTimeout(timer);
    if (!result.ok) giveUp();
    resolve(result);
  };
  const timer = setTimeout(
    () => settle({ ok: false, ...problem("timeout", `${where} does not answer: no connection`) }),
    Math.max(1, deadlineMs),
  );
  try {
    giveUp = start(settle);
  } catch (error) {
    // tls.connect throws on a certificate authority it cannot read.
    settle({ ok: false, ...networkProblem(error, where) });
  }
  return promise;
};
