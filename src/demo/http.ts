import { createServer } from "node:http";
import type { Duplex } from "node:stream";
import type { Simulation } from "./simulation.ts";
import type { World } from "./world.ts";

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly takesMs: number;
}

/** Serves HTTP over streams that come through SSH tunnels: node's own server, which never listens anywhere. */
export const createHttpService = (
  answer: (world: World, url: string) => HttpAnswer,
): ((stream: Duplex, simulation: Simulation) => void) => {
  const simulations = new WeakMap<object, Simulation>();
  const server = createServer((request, response) => {
    const simulation = simulations.get(request.socket);
    if (simulation === undefined) {
      response.destroy();
      return;
    }
    const { status, headers, body, takesMs } = answer(simulation.now(), request.url ?? "/");
    const send = (): void => {
      response.writeHead(status, { ...headers, "Content-Length": Buffer.byteLength(body) });
      response.end(request.method === "HEAD" ? undefined : body);
    };
    setTimeout(send, takesMs).unref();
  });
  // A client may end its side once it has asked.
  Object.assign(server, { httpAllowHalfOpen: true });
  return (stream, simulation) => {
    simulations.set(stream, simulation);
    stream.on("error", () => undefined);
    server.emit("connection", stream);
  };
};
