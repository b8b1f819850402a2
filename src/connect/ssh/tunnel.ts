import { Duplex } from "node:stream";
import type { ClientChannel } from "ssh2";

/**
 * A channel as an ordinary stream. ssh2's own differs where other libraries rely on the rules: destroy() does not close
 * it here and now, no "close" comes when the connection is lost in silence, and a write after the other side closed
 * never calls back.
 */
export const openTunnel = (channel: ClientChannel): Duplex => {
  const tunnel = new Duplex({
    read: () => void channel.resume(),
    write: (chunk: Buffer, _encoding, done) => {
      if (closed) done(new Error("the tunnel is closed"));
      else channel.write(chunk, done);
    },
    final: (done) => {
      channel.end();
      done();
    },
    destroy: (error, done) => {
      channel.close();
      done(error);
    },
  });
  let closed = false;
  channel.on("data", (chunk: Buffer) => {
    if (!tunnel.push(chunk)) channel.pause();
  });
  channel.once("end", () => tunnel.push(null));
  channel.once("close", () => {
    closed = true;
    // Its reader gets what is left, then the end; whoever still writes is told.
    if (tunnel.readableEnded || tunnel.destroyed) tunnel.destroy();
    else tunnel.once("end", () => tunnel.destroy());
  });
  // Without a listener an error that nobody waits for any more would end the process.
  tunnel.on("error", () => undefined);
  return tunnel;
};
