import type { Duplex } from "node:stream";
import type { Connection } from "ssh2";
import { ADDRESS, HOSTS, type HostName } from "../layout.ts";
import type { Service } from "../room.ts";
import type { Simulation } from "../simulation.ts";

interface Door {
  readonly host: HostName;
  readonly user: string;
  readonly services: readonly Service[];
  readonly simulation: Simulation;
}

/** Lets tunnels through to what listens on this host, or on its neighbours, as its sshd would. */
export const serveTunnels = (client: Connection, door: Door): void => {
  const through = (service: Service | undefined, accept: () => Duplex, reject: () => void): void => {
    const world = door.simulation.now();
    if (service === undefined || !service.isListening(world)) {
      reject();
      return;
    }
    const stream = accept();
    // A tunnel that breaks is the client's affair.
    stream.on("error", () => undefined);
    service.serve(stream, door.simulation);
  };
  client.on("tcpip", (accept, reject, { destIP, destPort }) => {
    const host = hostAt(door.host, destIP);
    // Towards a host that is down nothing comes back, not even a refusal.
    if (host !== undefined && !door.simulation.now().hosts[host].up) return;
    through(
      door.services.find((service) => service.host === host && service.at === destPort),
      accept,
      reject,
    );
  });
  client.on("openssh.streamlocal", (accept, reject, { socketPath }) => {
    const service = door.services.find(({ host, at }) => host === door.host && at === socketPath);
    const allowed = service?.accounts === undefined || service.accounts.includes(door.user);
    through(allowed ? service : undefined, accept, reject);
  });
};

const hostAt = (own: HostName, address: string): HostName | undefined => {
  if (["127.0.0.1", "::1", "localhost", own].includes(address)) return own;
  return HOSTS.find((host) => host === address || ADDRESS[host] === address);
};
