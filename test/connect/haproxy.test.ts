import { describe, expect, test } from "vitest";
import type { Socket } from "node:net";
import { haproxyConnector } from "../../src/connect/haproxy.ts";
import { gist, haproxyAsk, outcome, outcomes } from "./support/asks.ts";
import { dialLoopback, listen } from "./support/server.ts";

/** As HAProxy does it: answers when the line is in, and closes when the client has ended its side. */
const serveLines = (socket: Socket, reply: (line: string) => string): void => {
  let held = "";
  socket.on("data", (bytes) => {
    held += String(bytes);
  });
  socket.on("end", () => socket.end(held.split("\n").slice(0, -1).map(reply).join("")));
};

const start = async (reply: (line: string) => string) => {
  const server = await listen((socket) => serveLines(socket, reply));
  return { server, balancer: haproxyConnector("HAProxy on lb1", dialLoopback(server.port, "HAProxy on lb1")) };
};

describe("the runtime socket", () => {
  test("gives each ask its own reply, blank lines and all", async () => {
    const { balancer } = await start((line) =>
      line === "show info" ? "Name: HAProxy\n\n" : "1\n\n# be_id\n3 web\n\n",
    );
    const results = await outcomes(balancer, haproxyAsk("show info"), haproxyAsk("show servers state"));
    expect(results.map((result) => gist(result))).toEqual(["Name: HAProxy\n\n", "1\n\n# be_id\n3 web\n\n"]);
  });

  test("lets no control character through", async () => {
    const { balancer } = await start(() => "web\u001b]0;owned\u0007\r\n\n");
    expect(gist(await outcome(balancer, haproxyAsk("show stat")))).toBe("web␛]0;owned␇\n\n");
  });

  test("a reply without its closing empty line is cut off, not short", async () => {
    const { balancer } = await start(() => "# pxname,svname\nweb,web1\n");
    expect(gist(await outcome(balancer, haproxyAsk("show stat")))).toEqual({
      reason: "unreadable",
      detail: "HAProxy on lb1: the reply was cut off",
    });
  });

  test("too low a level says which one is needed", async () => {
    const { balancer } = await start(() => "Permission denied\n\n");
    expect(gist(await outcome(balancer, haproxyAsk("show sess")))).toEqual({
      reason: "privilege",
      detail: "HAProxy on lb1: the runtime socket's level does not allow this",
      fix: "stats socket … level operator",
    });
  });

  test("a command this version does not have", async () => {
    const { balancer } = await start(
      () => "Unknown command, but maybe one of the following ones is a better match:\n  show x\n\n",
    );
    expect(await outcome(balancer, haproxyAsk("show x"))).toMatchObject({ reason: "missing" });
  });

  test.each(["show stat; disable server web/web1", "show stat\ndisable server web/web1"])(
    "never sends a second command behind a separator: %j",
    async (line) => {
      const { balancer, server } = await start(() => "\n\n");
      expect(await outcome(balancer, haproxyAsk(line))).toMatchObject({ ok: false, reason: "failed" });
      expect(server.connections()).toBe(0);
    },
  );

  test("silence, an endless reply, and closing without a word", async () => {
    const silent = await listen(() => undefined);
    const endless = await listen((socket) => {
      const pour = (): void => {
        while (!socket.destroyed && socket.write("x".repeat(100_000)));
      };
      socket.on("drain", pour);
      pour();
    });
    const mute = await listen((socket) => socket.end());
    const asked = async (port: number): Promise<unknown> =>
      gist(await outcome(haproxyConnector("HAProxy on lb1", dialLoopback(port)), haproxyAsk("show stat", 300)));
    expect(await asked(silent.port)).toEqual({
      reason: "timeout",
      detail: "HAProxy on lb1 did not answer within 300 ms",
    });
    expect(await asked(endless.port)).toEqual({ reason: "unreadable", detail: "HAProxy on lb1 answers without end" });
    expect(await asked(mute.port)).toEqual({
      reason: "unreachable",
      detail: "HAProxy on lb1 closed the connection before it answered",
    });
  });
});
