import { createServer, type Socket } from "node:net";
import ssh2, { type Server } from "ssh2";
import type { HostName } from "../layout.ts";
import type { Installed } from "../rooms.ts";
import type { Simulation } from "../simulation.ts";
import { judgeLogin, type Accounts } from "./login.ts";
import { serveSession } from "./session.ts";
import { serveTunnels } from "./tunnels.ts";

export interface SshHost {
  readonly port: number;
  readonly close: () => Promise<void>;
}

export interface SshHostOptions {
  readonly host: HostName;
  readonly hostKey: string;
  readonly accounts: Accounts;
  readonly installed: Installed;
  readonly simulation: Simulation;
}

/** sshd's MaxSessions. */
const MAX_SESSIONS = 10;

/** One host's SSH server, on a free port of this machine's loopback. */
export const startSshHost = async (options: SshHostOptions): Promise<SshHost> => {
  const { host, simulation } = options;
  const ssh = createSshServer(options);
  const sockets = new Set<Socket>();
  const silenced = new Set<Socket>();
  // A port of our own in front of ssh2's server, because a host that is down must neither answer nor refuse.
  const front = createServer((socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on("error", () => undefined);
    socket.once("close", () => {
      sockets.delete(socket);
      silenced.delete(socket);
    });
    if (simulation.now().hosts[host].up) ssh.injectSocket(socket);
    else silence(socket);
  });
  const silence = (socket: Socket): void => {
    socket.pause();
    silenced.add(socket);
  };
  simulation.onScenario(() => {
    if (!simulation.now().hosts[host].up) for (const socket of sockets) silence(socket);
    // It has booted since: what was connected before is not known to it any more.
    else for (const socket of silenced) socket.destroy();
  });
  await new Promise<void>((resolve, reject) => {
    front.once("error", reject);
    front.listen(0, "127.0.0.1", resolve);
  });
  const address = front.address();
  if (address === null || typeof address === "string") throw new Error(`${host}: no port`);
  return {
    port: address.port,
    close: () =>
      new Promise((resolve) => {
        front.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
};

const createSshServer = ({ host, hostKey, accounts, installed, simulation }: SshHostOptions): Server =>
  new ssh2.Server({ hostKeys: [hostKey], ident: "OpenSSH_9.2p1 Debian-2+deb12u7" }, (client) => {
    let user = "";
    let sessions = 0;
    client.on("error", () => undefined);
    client.on("authentication", (context) => {
      const judged = judgeLogin(context, accounts);
      // Before accept, which makes the connection ready at once.
      if (judged === "proven") user = context.username;
      if (judged === "refused") context.reject(["publickey"]);
      else context.accept();
    });
    client.on("ready", () => {
      serveTunnels(client, { host, user, services: installed.services, simulation });
      client.on("session", (accept, reject) => {
        if (sessions >= MAX_SESSIONS) {
          reject();
          return;
        }
        sessions += 1;
        const session = accept();
        session.once("close", () => {
          sessions -= 1;
        });
        serveSession(session, { host, user, installed, simulation });
      });
    });
  });
