import net from "node:net";
import type { Duplex } from "node:stream";
import { socketProblem } from "./connect-problem.ts";
import type { Hop } from "./hop.ts";
import { problem, type Problem } from "./problem.ts";

export type Dialled = { readonly ok: true; readonly stream: Duplex } | ({ readonly ok: false } & Problem);

/** Opens the bare stream to the first hop. The caller keeps the deadline, and aborts. */
export const dial = async (hop: Hop, signal: AbortSignal): Promise<Dialled> =>
  hop.proxyCommand === undefined ? dialTcp(hop, signal) : dialProxy(hop.proxyCommand, signal);

const dialTcp = async (hop: Hop, signal: AbortSignal): Promise<Dialled> =>
  new Promise((resolve) => {
    // noDelay: without it every small question waits for the delayed ACK of the one before, some 40 ms.
    const socket = net.connect({
      host: hop.address,
      port: hop.port,
      family: hop.family,
      noDelay: true,
      keepAlive: true,
    });
    const abort = (): void => void socket.destroy();
    signal.addEventListener("abort", abort, { once: true });
    const failed = (error: Error): void => resolve({ ok: false, ...socketProblem(hop, error) });
    socket.once("error", failed);
    // An abort closes without an error.
    socket.once("close", () => resolve({ ok: false, ...problem("unreachable", `${hop.name}: given up`) }));
    // Errors that come late must not end the process.
    socket.on("error", () => undefined);
    socket.once("connect", () => {
      signal.removeEventListener("abort", abort);
      resolve({ ok: true, stream: socket });
    });
  });

/** ProxyCommand: a program whose stdin and stdout are the connection, run as OpenSSH runs it. */
const dialProxy = async (command: string, signal: AbortSignal): Promise<Dialled> => {
  const { execa } = await import("execa");
  const child = execa("/bin/sh", ["-c", `exec ${command}`], {
    buffer: false,
    reject: false,
    stdin: "pipe",
    stdout: "pipe",
    stderr: "ignore",
    forceKillAfterDelay: 1_000,
  });
  // A Duplex that ends the program when it is destroyed; its errors come out of the SSH client that uses it.
  const stream = child.duplex({ preserveNewlines: true });
  stream.on("error", () => undefined);
  stream.once("close", () => void child.kill());
  signal.addEventListener("abort", () => void stream.destroy(), { once: true });
  return { ok: true, stream };
};
