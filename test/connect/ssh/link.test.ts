import { writeFileSync } from "node:fs";
import net from "node:net";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openSshSessions } from "../../../src/connect/ssh/sessions.ts";
import type { Host } from "../../../src/inventory/cluster.ts";
import { askAll, linkWhere, openBed, question, said, type Bed } from "./bed.ts";
import { keyPair } from "./keys.ts";
import { cluster } from "./make.ts";
import { startRelay } from "./relay.ts";

let bed: Bed;
beforeEach(() => {
  bed = openBed();
});
afterEach(async () => bed.close());

/** Something on loopback that is no SSH server. */
const listen = async (onConnection: (socket: net.Socket) => void): Promise<number> => {
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    onConnection(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  bed.onClose(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise<void>((resolve) => void server.close(() => resolve()));
  });
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
};

const openWithConfig = (hosts: readonly Host[], config: string) => {
  const sshConfigFile = path.join(bed.folder, "ssh_config");
  writeFileSync(sshConfigFile, config);
  const sessions = openSshSessions(cluster(hosts), { sshConfigFile });
  bed.onClose(sessions.close);
  return sessions;
};

describe("reasons are told apart", () => {
  test("a closed port refuses", async () => {
    const server = await bed.server();
    const host = bed.host("web1", server);
    await server.close();
    const sessions = bed.open([host]);
    const link = await linkWhere(sessions, "web1", "down");
    expect(link).toMatchObject({
      reason: "refused",
      detail: `web1: 127.0.0.1:${server.port} refuses connections`,
      fix: expect.stringContaining("sshd"),
    });
    const [outcome] = await askAll(sessions, "web1", [question(["true"])]);
    expect(outcome).toMatchObject({ ok: false, reason: "refused" });
  });

  test("a port that accepts and never speaks is a timeout", async () => {
    const port = await listen(() => undefined);
    const sessions = openWithConfig([bed.host("web1", { port }, { useSshConfig: true })], "ConnectTimeout 1");
    expect(await linkWhere(sessions, "web1", "down")).toMatchObject({
      reason: "timeout",
      detail: `web1: 127.0.0.1:${port} accepts connections but said nothing for 1 s`,
    });
  });

  test("a host that is silent from the start is told long before its deadline, and still waited for", async () => {
    const server = await bed.server();
    const relay = await startRelay(server.port);
    bed.onClose(relay.close);
    relay.freeze();
    const sessions = bed.open([bed.host("web1", { port: relay.port, hostKey: server.hostKey })]);
    expect(sessions.link("web1").state).toBe("connecting");
    expect(await linkWhere(sessions, "web1", "down")).toMatchObject({
      reason: "timeout",
      detail: `web1: 127.0.0.1:${relay.port} accepts connections but said nothing for 4 s`,
    });
    const waiting = askAll(sessions, "web1", [question(["echo", "late"])]);
    relay.thaw();
    expect((await waiting).map(said)).toEqual(["late\n"]);
    expect([sessions.link("web1").state, server.logins()]).toEqual(["up", 1]);
  });

  test("a port that accepts and closes refuses", async () => {
    const port = await listen((socket) => socket.end());
    expect(await linkWhere(bed.open([bed.host("web1", { port })]), "web1", "down")).toMatchObject({
      reason: "refused",
      detail: `web1: 127.0.0.1:${port} accepts connections and closes them`,
    });
  });

  test("another service is told as what it is", async () => {
    const port = await listen((socket) => socket.write("HTTP/1.1 400 Bad Request\r\n\r\n".repeat(2000)));
    expect(await linkWhere(bed.open([bed.host("web1", { port })]), "web1", "down")).toMatchObject({ reason: "failed" });
  });

  test("asks made before the connection stands wait for it, as long as they may", async () => {
    const server = await bed.server();
    const silent = await listen(() => undefined);
    const sessions = bed.open([bed.host("web1", server), bed.host("web2", { port: silent })]);
    const [good] = await askAll(sessions, "web1", [question(["echo", "hello"])]);
    expect(good).toMatchObject({ ok: true });
    const [late] = await askAll(sessions, "web2", [question(["true"], { deadlineMs: 100 })]);
    expect(late).toMatchObject({ ok: false, reason: "timeout", detail: "web2: still connecting" });
  });
});

describe("a connection that is lost", () => {
  test("is told to whoever waits, and made again", async () => {
    const server = await bed.server();
    const sessions = bed.open([bed.host("web1", server)]);
    await linkWhere(sessions, "web1", "up");
    const waiting = askAll(sessions, "web1", [
      question(["sleep", "30"], { deadlineMs: 20_000 }),
      question(["sleep", "30"], { deadlineMs: 20_000, lane: "own" }),
    ]);
    // Both are under way once the host has seen them.
    await expect.poll(() => server.executed.length).toBe(2);
    server.cut();
    expect((await waiting).map(said)).toEqual(["unreachable", "unreachable"]);
    const link = sessions.link("web1");
    expect(link).toMatchObject({ state: "down", detail: "web1: the connection was closed" });
    await linkWhere(sessions, "web1", "up");
    expect((await askAll(sessions, "web1", [question(["echo", "back"])])).map(said)).toEqual(["back\n"]);
  });

  test("a host that refuses a login that worked, as while it boots, is tried again soon", async () => {
    const server = await bed.server();
    const sessions = bed.open([bed.host("web1", server)]);
    await linkWhere(sessions, "web1", "up");
    await server.close();
    await bed.server({ port: server.port, hostKeys: [server.hostKey], authorized: [] });
    const link = await linkWhere(sessions, "web1", "down", ({ reason }) => reason === "auth");
    expect((link.nextTryAtMs ?? Infinity) - Date.now()).toBeLessThan(60_000);
  });

  test("a cut network is noticed in silence, and the host comes back by itself", { timeout: 30_000 }, async () => {
    const server = await bed.server();
    const relay = await startRelay(server.port);
    bed.onClose(relay.close);
    const sessions = bed.open([bed.host("web1", { port: relay.port, hostKey: server.hostKey })]);
    await askAll(sessions, "web1", [question(["true"])]);
    relay.freeze();
    // Far from its deadline: it is the silence that ends it.
    const [first] = await askAll(sessions, "web1", [question(["true"], { deadlineMs: 600_000 })]);
    expect(first).toMatchObject({ ok: false, reason: "unreachable", detail: expect.stringContaining("nothing heard") });
    const [second] = await askAll(sessions, "web1", [question(["true"])]);
    expect(second).toMatchObject({ ok: false, reason: "unreachable" });
    relay.thaw();
    sessions.retry();
    await linkWhere(sessions, "web1", "up");
    expect((await askAll(sessions, "web1", [question(["echo", "back"])])).map(said)).toEqual(["back\n"]);
  });

  test("a deadline that passes in silence blames the host, not the command", { timeout: 30_000 }, async () => {
    const server = await bed.server();
    const relay = await startRelay(server.port);
    bed.onClose(relay.close);
    const sessions = bed.open([bed.host("web1", { port: relay.port, hostKey: server.hostKey })]);
    await askAll(sessions, "web1", [question(["true"])]);
    relay.freeze();
    const [outcome] = await askAll(sessions, "web1", [question(["true"], { deadlineMs: 2500 })]);
    expect(outcome).toMatchObject({ ok: false, reason: "unreachable" });
  });

  test("one dead host does not delay another", async () => {
    const server = await bed.server();
    const silent = await listen(() => undefined);
    const sessions = bed.open([bed.host("web1", server), bed.host("web2", { port: silent })]);
    await linkWhere(sessions, "web1", "up");
    const dead = askAll(sessions, "web2", [question(["true"], { deadlineMs: 1000 })]);
    expect((await askAll(sessions, "web1", [question(["echo", "quick"])])).map(said)).toEqual(["quick\n"]);
    expect(sessions.link("web2").state).toBe("connecting");
    expect((await dead).map(said)).toEqual(["timeout"]);
  });

  test("closing ends everything that waits", async () => {
    const server = await bed.server();
    const sessions = bed.open([bed.host("web1", server)]);
    const waiting = askAll(sessions, "web1", [question(["sleep", "30"], { deadlineMs: 20_000 })]);
    await expect.poll(() => server.executed.length).toBe(1);
    await sessions.close();
    expect((await waiting).map(said)).toEqual(["unreachable"]);
    expect((await askAll(sessions, "web1", [question(["true"])])).map(said)).toEqual(["unreachable"]);
  });
});

describe("jump hosts", () => {
  test("lead to the host, through chains", async () => {
    const [outer, inner, end] = [await bed.server(), await bed.server(), await bed.server()];
    const hosts = [
      bed.host("web1", end, { jump: ["outer", "inner"] }),
      bed.host("outer", outer),
      bed.host("inner", inner),
    ];
    const sessions = openSshSessions(cluster(hosts));
    bed.onClose(sessions.close);
    const [outcome] = await askAll(sessions, "web1", [question(["echo", "far"])]);
    expect(outcome).toMatchObject({ ok: true, reply: { stdout: "far\n" } });
    // The chain's own two connections, beside those to the jump hosts as hosts.
    await expect.poll(() => [outer.logins(), inner.logins(), end.logins()]).toEqual([2, 2, 1]);
    outer.cut();
    expect(await linkWhere(sessions, "web1", "down")).toMatchObject({ reason: "unreachable" });
    await linkWhere(sessions, "web1", "up");
  });

  test("are not trusted either", async () => {
    const [jump, end] = [await bed.server(), await bed.server()];
    const hosts = [
      bed.host("web1", end, { jump: ["jump"] }),
      bed.host("jump", { port: jump.port, hostKey: keyPair() }),
    ];
    const sessions = openSshSessions(cluster(hosts));
    bed.onClose(sessions.close);
    expect(await linkWhere(sessions, "web1", "down")).toMatchObject({
      reason: "host-key",
      detail: expect.stringMatching(/^web1: jump host jump: HOST KEY CHANGED/),
    });
    expect(end.logins()).toBe(0);
  });

  test("that forbid tunnels, or lead nowhere, say so", async () => {
    const [strict, jump, end] = [await bed.server({ noTunnels: true }), await bed.server(), await bed.server()];
    const gone = await bed.server();
    await gone.close();
    const hosts = [
      bed.host("a", end, { jump: ["strict"] }),
      bed.host("b", gone, { jump: ["jump"] }),
      bed.host("strict", strict),
      bed.host("jump", jump),
    ];
    const sessions = openSshSessions(cluster(hosts));
    bed.onClose(sessions.close);
    expect(await linkWhere(sessions, "a", "down")).toMatchObject({
      reason: "privilege",
      detail: `a through strict: sshd forbids tunnels to 127.0.0.1:${end.port}`,
    });
    expect(await linkWhere(sessions, "b", "down")).toMatchObject({
      reason: "refused",
      detail: expect.stringContaining(`b through jump: 127.0.0.1:${gone.port}`),
    });
  });
});

describe("ssh_config", () => {
  test("RevokedHostKeys refuses a key known_hosts still lists, and every key when it cannot be read", async () => {
    const server = await bed.server();
    const refusals = [
      { text: `# old\n${server.hostKey.publicLine} comment\n`, detail: /its host key is revoked \(.*:2\)/ },
      { text: "SSHKRL\n\0\0\0\0\u0001", detail: /binary list/ },
      { text: undefined, detail: /cannot be read: .*ENOENT/ },
    ];
    for (const { text, detail } of refusals) {
      const list = path.join(bed.folder, `revoked${text?.length ?? ""}`);
      if (text !== undefined) writeFileSync(list, text);
      const sessions = openWithConfig([bed.host("web1", server, { useSshConfig: true })], `RevokedHostKeys ${list}`);
      const { reason, detail: told } = await linkWhere(sessions, "web1", "down");
      expect([reason, told]).toEqual(["host-key", expect.stringMatching(detail)]);
    }
    const other = path.join(bed.folder, "others");
    writeFileSync(other, `${keyPair().publicLine}\n`);
    const sessions = openWithConfig([bed.host("web1", server, { useSshConfig: true })], `RevokedHostKeys ${other}`);
    await linkWhere(sessions, "web1", "up");
    expect(server.logins()).toBe(1);
  });

  test("a ProxyCommand is the way to the host", async () => {
    const server = await bed.server();
    const script = path.join(bed.folder, "proxy.mjs");
    writeFileSync(
      script,
      `import net from "node:net";
       const [host, port] = process.argv.slice(2);
       const socket = net.connect(Number(port), host);
       process.stdin.pipe(socket).pipe(process.stdout);`,
    );
    const config = `Host 127.0.0.1\n  ProxyCommand ${process.execPath} ${script} %h %p\n`;
    const sessions = openWithConfig([bed.host("web1", server, { useSshConfig: true })], config);
    const [outcome] = await askAll(sessions, "web1", [question(["seq", "100000"])]);
    expect(outcome === undefined ? "" : said(outcome).split("\n").at(-2)).toBe("100000");
    await sessions.close();
  });

  test("one that ends at once is told as refused", async () => {
    const server = await bed.server();
    const host = bed.host("web1", server, { useSshConfig: true });
    const sessions = openWithConfig([host], "Host 127.0.0.1\n  ProxyCommand false\n");
    expect(await linkWhere(sessions, "web1", "down")).toMatchObject({ reason: "refused" });
  });
});
