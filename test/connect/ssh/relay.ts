import net from "node:net";

export interface Relay {
  readonly port: number;
  /** From now on nothing passes, and nobody is told: a pulled cable. */
  readonly freeze: () => void;
  readonly thaw: () => void;
  readonly close: () => Promise<void>;
}

/** A TCP relay on loopback in front of a server. */
export const startRelay = async (to: number): Promise<Relay> => {
  const pairs = new Set<readonly [net.Socket, net.Socket]>();
  let frozen = false;
  const listener = net.createServer((near) => {
    const far = net.connect(to, "127.0.0.1");
    const pair = [near, far] as const;
    pairs.add(pair);
    for (const [from, onto] of [pair, [far, near] as const]) {
      from.setNoDelay(true);
      from.on("error", () => undefined);
      from.on("data", (bytes) => onto.write(bytes));
      from.once("close", () => {
        pairs.delete(pair);
        if (!frozen) onto.destroy();
      });
    }
    if (frozen) for (const socket of pair) socket.pause();
  });
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  const address = listener.address();
  if (address === null || typeof address === "string") throw new Error("no address");
  const all = (): readonly net.Socket[] => [...pairs].flat();
  return {
    port: address.port,
    freeze: () => {
      frozen = true;
      for (const socket of all()) socket.pause();
    },
    thaw: () => {
      frozen = false;
      for (const socket of all()) socket.resume();
    },
    close: async () => {
      for (const socket of all()) socket.destroy();
      await new Promise<void>((resolve) => void listener.close(() => resolve()));
    },
  };
};
