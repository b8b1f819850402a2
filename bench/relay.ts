import { createServer, connect, type AddressInfo, type Socket } from "node:net";
import { once } from "node:events";

/** A TCP relay on loopback that holds every byte back by `delayMs` in each direction, as a long line does. */
export const openRelay = async (to: { readonly host: string; readonly port: number }, delayMs: number) => {
  const sockets = new Set<Socket>();
  const pump = (from: Socket, into: Socket): void => {
    from.on("data", (bytes) => setTimeout(() => into.writable && into.write(bytes), delayMs));
    from.on("end", () => setTimeout(() => into.end(), delayMs));
    from.on("error", () => into.destroy());
    from.on("close", () => sockets.delete(from));
    from.setNoDelay(true);
    sockets.add(from);
  };
  const server = createServer((near) => {
    const far = connect(to.port, to.host);
    pump(near, far);
    pump(far, near);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
};
