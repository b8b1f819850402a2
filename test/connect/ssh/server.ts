import { spawn } from "node:child_process";
import net from "node:net";
import ssh2, { type Connection, type ServerChannel } from "ssh2";
import { keyPair, type TestKey } from "./keys.ts";

export interface TestServer {
  readonly port: number;
  readonly hostKey: TestKey;
  /** Connections that logged in, since the start. */
  readonly logins: () => number;
  /** Command lines that were executed. */
  readonly executed: readonly string[];
  /** The most commands that ran side by side. */
  readonly mostAtOnce: () => number;
  /** Cuts all connections without a word. */
  readonly cut: () => void;
  readonly close: () => Promise<void>;
}

export interface TestServerOptions {
  readonly hostKeys?: readonly TestKey[];
  readonly authorized?: readonly TestKey[];
  readonly users?: readonly string[];
  readonly port?: number;
  /** Refuse tunnels, as AllowTcpForwarding no does. */
  readonly noTunnels?: boolean;
  /** Pass on only the end of a tunnel's bytes and leave it open, as sshd does while the near side has not closed it. */
  readonly halfCloses?: boolean;
  /** Refuse so many sessions before the first is granted, as sshd does at MaxSessions. */
  readonly refusals?: number;
  /** Replaces what would be executed. */
  readonly command?: (line: string) => string;
}

/** A real SSH server on loopback that runs a real shell for every exec. */
export const startServer = async (options: TestServerOptions = {}): Promise<TestServer> => {
  const hostKeys = options.hostKeys ?? [keyPair()];
  const authorized = (options.authorized ?? []).map((key) => key.publicBlob);
  const sockets = new Set<net.Socket>();
  const executed: string[] = [];
  let now = 0;
  let most = 0;
  const onRun = (line: string): (() => void) => {
    executed.push(line);
    now += 1;
    most = Math.max(most, now);
    return () => {
      now -= 1;
    };
  };
  let logins = 0;

  const server = new ssh2.Server({ hostKeys: hostKeys.map((key) => key.privateText) }, (client) => {
    client.on("error", () => undefined);
    client.on("authentication", (context) => {
      const userOk = options.users === undefined || options.users.includes(context.username);
      if (context.method !== "publickey" || !userOk || !authorized.some((blob) => blob.equals(context.key.data))) {
        context.reject(["publickey"]);
        return;
      }
      const key = ssh2.utils.parseKey(context.key.data);
      if (key instanceof Error) context.reject();
      else if (context.signature === undefined || context.blob === undefined) context.accept();
      else if (key.verify(context.blob, context.signature, context.hashAlgo)) context.accept();
      else context.reject();
    });
    client.on("ready", () => {
      logins += 1;
      serve(client, onRun, options);
    });
  });
  // ssh2's server hides its sockets; they are wanted for cutting.
  const listener = net.createServer((socket) => {
    socket.setNoDelay(true);
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    socket.on("error", () => undefined);
    server.injectSocket(socket);
  });
  await new Promise<void>((resolve) => listener.listen(options.port ?? 0, "127.0.0.1", resolve));
  const address = listener.address();
  const [hostKey] = hostKeys;
  if (address === null || typeof address === "string" || hostKey === undefined) throw new Error("no address");
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: address.port,
    hostKey,
    logins: () => logins,
    executed,
    mostAtOnce: () => most,
    cut,
    close: async () => {
      cut();
      await new Promise<void>((resolve) => void listener.close(() => resolve()));
    },
  };
};

const serve = (
  client: Connection,
  onRun: (line: string) => () => void,
  { noTunnels, halfCloses = false, command, refusals = 0 }: TestServerOptions,
): void => {
  let refused = 0;
  client.on("session", (accept, reject) => {
    if (refused < refusals) {
      refused += 1;
      reject();
      return;
    }
    const session = accept();
    session.on("exec", (acceptExec, _reject, info) => {
      run(acceptExec(), command?.(info.command) ?? info.command, onRun(info.command));
    });
  });
  // Without a listener ssh2 answers as sshd does: administratively prohibited.
  if (noTunnels === true) return;
  client.on("tcpip", (accept, reject, info) => {
    join(net.connect(info.destPort, info.destIP), accept, reject, halfCloses);
  });
  client.on("openssh.streamlocal", (accept, reject, info) => {
    join(net.connect(info.socketPath), accept, reject, halfCloses);
  });
};

const join = (socket: net.Socket, accept: () => ServerChannel, reject: () => void, halfCloses: boolean): void => {
  let joined = false;
  socket.once("connect", () => {
    joined = true;
    const channel = accept();
    channel.on("error", () => undefined);
    socket.pipe(channel, { end: !halfCloses }).pipe(socket);
    if (halfCloses) socket.once("end", () => channel.eof());
    channel.once("close", () => socket.destroy());
  });
  socket.on("error", () => {
    if (!joined) reject();
  });
};

const run = (channel: ServerChannel, line: string, onEnd: () => void): void => {
  // A process group, so that closing the channel ends what hangs in it and no test leaves one behind.
  const child = spawn("/bin/sh", ["-c", line], { stdio: "pipe", detached: true });
  const end = (): void => {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    try {
      process.kill(-child.pid, "SIGKILL");
    } catch {
      // It has just ended by itself.
    }
  };
  for (const stream of [channel, channel.stderr, child.stdin, child.stdout, child.stderr])
    stream.on("error", () => undefined);
  channel.pipe(child.stdin);
  child.stdout.pipe(channel, { end: false });
  child.stderr.pipe(channel.stderr, { end: false });
  child.once("close", (code, signal) => {
    onEnd();
    if (code === null) channel.exit(signal ?? "SIGKILL");
    else channel.exit(code);
    channel.end();
  });
  channel.once("close", end);
};
