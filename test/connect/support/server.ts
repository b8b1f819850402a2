import { createServer, type Server, type Socket } from "node:net";
import { onTestFinished } from "vitest";
import { dialDirect, type Dial } from "../../../src/connect/dial.ts";

export interface Listening {
  readonly port: number;
  /** How many connections have been made so far. */
  readonly connections: () => number;
  /** Ends every connection that is open. */
  readonly hangUp: () => void;
  readonly close: () => Promise<void>;
}

/** A real server on loopback, closed with its connections when the test ends. */
export const listen = async (serve: (socket: Socket, count: number) => void, port = 0): Promise<Listening> => {
  const sockets = new Set<Socket>();
  let count = 0;
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    count += 1;
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
    serve(socket, count);
  });
  const bound = await bind(server, port);
  const hangUp = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= new Promise((resolve) => {
      server.close(() => resolve());
      hangUp();
    });
    return closing;
  };
  onTestFinished(close);
  return { port: bound, connections: () => count, hangUp, close };
};

const bind = (server: Server, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    server.on("error", reject);
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      if (address === null || typeof address === "string") reject(new Error("no port"));
      else resolve(address.port);
    });
  });

export const dialLoopback = (port: number, where = "the test server"): Dial => dialDirect("127.0.0.1", port, where);

/** Resolves when the condition holds; the bound only keeps a broken test from hanging. */
export const until = async (holds: () => boolean, boundMs = 10_000): Promise<void> => {
  const started = performance.now();
  while (!holds()) {
    if (performance.now() - started > boundMs) throw new Error("the condition never held");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};
