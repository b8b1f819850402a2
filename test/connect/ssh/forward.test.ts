import net from "node:net";
import path from "node:path";
import type { Duplex } from "node:stream";
import { buffer, text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { ForwardTarget } from "../../../src/connect/ssh/sessions.ts";
import { linkWhere, openBed, type Bed } from "./bed.ts";

let bed: Bed;
beforeEach(() => {
  bed = openBed();
});
afterEach(async () => bed.close());

/** A service on the host's loopback, or on a unix socket there. */
const service = async (at: number | string, onConnection: (socket: net.Socket) => void): Promise<ForwardTarget> => {
  const sockets = new Set<net.Socket>();
  const server = net.createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    onConnection(socket);
  });
  await new Promise<void>((resolve) => server.listen(at, resolve));
  bed.onClose(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise<void>((resolve) => void server.close(() => resolve()));
  });
  const address = server.address();
  if (address === null) throw new Error("no address");
  return typeof address === "string" ? { socketPath: address } : { host: "127.0.0.1", port: address.port };
};

/** Answers as HAProxy's socket does: everything is read first, then the reply, then the end. */
const answerAtEnd = (socket: net.Socket): void => {
  void text(socket).then((asked) => socket.end(`you said ${asked}`));
};

const opened = async (to: ForwardTarget): Promise<{ stream: Duplex; cut: () => void }> => {
  const server = await bed.server();
  const sessions = bed.open([bed.host("web1", server)]);
  const forwarded = await sessions.forward("web1", to, 5000);
  if (!forwarded.ok) throw new Error(forwarded.detail);
  return { stream: forwarded.stream, cut: server.cut };
};

test.each(["port", "socket"])("reaches a %s, and the reply comes though our side has ended", async (kind) => {
  const to = await service(kind === "port" ? 0 : path.join(bed.folder, "s.sock"), answerAtEnd);
  const { stream } = await opened(to);
  stream.end("show info");
  expect(await text(stream)).toBe("you said show info");
});

test("carries much, both ways, whole", async () => {
  const to = await service(0, (socket) => void socket.pipe(socket));
  const { stream } = await opened(to);
  const sent = Buffer.alloc(5 * 1024 * 1024, "0123456789abcdef");
  stream.end(sent);
  expect((await buffer(stream)).equals(sent)).toBe(true);
});

test("destroying it closes the other end", async () => {
  const gone = Promise.withResolvers<void>();
  const to = await service(0, (socket) => {
    socket.once("close", () => gone.resolve());
    socket.once("end", () => socket.end());
    socket.resume();
  });
  const { stream } = await opened(to);
  const closed = new Promise((resolve) => stream.once("close", resolve));
  stream.destroy();
  await closed;
  await gone.promise;
  expect(stream.destroyed).toBe(true);
});

test("the other end closing ends it, and a late write fails instead of waiting for ever", async () => {
  const to = await service(0, (socket) => socket.end("bye"));
  const { stream } = await opened(to);
  expect(await text(stream)).toBe("bye");
  await expect.poll(() => stream.destroyed).toBe(true);
  const error = await new Promise((resolve) => stream.write("x", resolve));
  expect(error).toBeInstanceOf(Error);
});

test("a lost connection closes it", async () => {
  const to = await service(0, () => undefined);
  const { stream, cut } = await opened(to);
  const closed = new Promise((resolve) => stream.once("close", resolve));
  stream.resume();
  cut();
  await closed;
  expect(stream.destroyed).toBe(true);
});

test("says what is wrong: nothing there, forbidden, no such host, no connection", async () => {
  const to = await service(0, () => undefined);
  const gone = { host: "127.0.0.1", port: 1 };
  const [open, strict] = [await bed.server(), await bed.server({ noTunnels: true })];
  const sessions = bed.open([bed.host("web1", open), bed.host("web2", strict), bed.host("web3", { port: open.port })]);
  expect(await sessions.forward("web1", gone, 5000)).toMatchObject({
    ok: false,
    detail: expect.stringContaining("127.0.0.1:1"),
  });
  expect(await sessions.forward("web2", to, 5000)).toMatchObject({ ok: false, reason: "privilege" });
  expect(await sessions.forward("db9", to, 5000)).toMatchObject({ ok: false, reason: "missing" });
  await linkWhere(sessions, "web3", "down");
  expect(await sessions.forward("web3", to, 5000)).toMatchObject({ ok: false, reason: "host-key" });
});

test("settles by its deadline while the connection is still being made", async () => {
  const silent = await service(0, () => undefined);
  const port = "port" in silent ? silent.port : 0;
  const sessions = bed.open([bed.host("web1", { port })]);
  expect(await sessions.forward("web1", { socketPath: "/x" }, 100)).toMatchObject({
    ok: false,
    reason: "timeout",
    detail: "web1: still connecting",
  });
});
