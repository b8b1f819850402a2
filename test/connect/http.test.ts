import { createServer, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Connector } from "../../src/connect/connector.ts";
import { dialDirect } from "../../src/connect/dial.ts";
import { haproxyStatsConnector } from "../../src/connect/haproxy-stats.ts";
import { httpConnector } from "../../src/connect/http.ts";
import { gist, haproxyAsk, httpAsk, outcome } from "./support/asks.ts";
import { SELF_SIGNED } from "./support/certificate.ts";
import { listen } from "./support/server.ts";

const dialTo = (host: string, port: number) => dialDirect(host, port, "HTTP on web1");
const web1: Connector = httpConnector("HTTP on web1", dialTo);

const site = async (answer: RequestListener, secure = false): Promise<string> => {
  const server = secure ? createTlsServer(SELF_SIGNED, answer) : createServer(answer);
  const port = await new Promise<number>((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `${secure ? "https" : "http"}://127.0.0.1:${port}`;
};

describe("a page", () => {
  test("is fetched with the Host header given, and its status, headers and body come back clean", async () => {
    const url = await site((request, response) => {
      response.writeHead(200, { "X-Powered-By": "PHP/8.2", "Set-Cookie": ["a=1", "b=2"] });
      response.end(`${request.method} ${request.url} ${request.headers.host} \u001b[2J\u0007`);
    });
    const result = await outcome(web1, httpAsk(`${url}/health.php?x=1`, { hostHeader: "shop.example" }));
    expect(result).toMatchObject({
      ok: true,
      reply: {
        status: 200,
        body: "GET /health.php?x=1 shop.example ␛[2J␇",
        headers: { "x-powered-by": "PHP/8.2", "set-cookie": "a=1, b=2" },
      },
    });
  });

  test("keeps the bytes asked for and measures to the end", async () => {
    const url = await site((_request, response) => response.end("x".repeat(300_000)));
    const result = await outcome(web1, httpAsk(url, { keepBytes: 10 }));
    expect(gist(result)).toEqual({ status: 200, body: "xxxxxxxxxx" });
    expect(result).toMatchObject({ reply: { cut: true } });
    expect(await outcome(web1, httpAsk(url, { keepBytes: 300_000 }))).toMatchObject({ reply: { cut: false } });
  });

  test("a redirect is the answer", async () => {
    const url = await site((_request, response) => response.writeHead(302, { location: "http://203.0.113.9/" }).end());
    expect(await outcome(web1, httpAsk(url))).toMatchObject({
      ok: true,
      reply: { status: 302, headers: { location: "http://203.0.113.9/" } },
    });
  });

  test("over TLS takes any certificate, for it asks whether the site answers", async () => {
    const url = await site((_request, response) => response.end("secure"), true);
    expect(gist(await outcome(web1, httpAsk(url, { hostHeader: "shop.example" })))).toEqual({
      status: 200,
      body: "secure",
    });
  });

  test("bytes that are no UTF-8 become stand-ins", async () => {
    const url = await site((_request, response) => response.end(Buffer.from([0x41, 0xff, 0xfe, 0x42])));
    expect(gist(await outcome(web1, httpAsk(url)))).toEqual({ status: 200, body: "A\ufffd\ufffdB" });
  });
});

describe("trouble", () => {
  const over = async (serve: Parameters<typeof listen>[0], deadlineMs = 400): Promise<unknown> => {
    const { port } = await listen(serve);
    return gist(await outcome(web1, httpAsk(`http://127.0.0.1:${port}/`, { deadlineMs })));
  };

  test("never an answer", async () => {
    expect(await over(() => undefined)).toMatchObject({ reason: "timeout" });
  });

  test("a body that stops in the middle", async () => {
    expect(await over((socket) => socket.end("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"), 5_000)).toEqual({
      reason: "unreachable",
      detail: "HTTP on web1 closed the connection before it answered",
    });
  });

  test("a body without end counts as ended when enough was seen", async () => {
    const result = await over((socket) => {
      const pour = (): void => {
        while (!socket.destroyed && socket.write("x".repeat(100_000)));
      };
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      socket.on("drain", pour);
      pour();
    }, 10_000);
    expect(result).toMatchObject({ status: 200 });
  });

  test("headers without end, and another protocol", async () => {
    const unreadable = { reason: "unreadable", detail: "HTTP on web1 does not speak HTTP there" };
    expect(await over((socket) => socket.write(`HTTP/1.1 200 OK\r\nX: ${"y".repeat(100_000)}`), 5_000)).toMatchObject(
      unreadable,
    );
    expect(await over((socket) => socket.write("-ERR unknown command 'GET'\r\n"), 5_000)).toMatchObject(unreadable);
    expect(
      await over(
        (socket) => socket.write("HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"),
        5_000,
      ),
    ).toMatchObject({ reason: "unreachable" });
  });

  test("what is no URL, and a Host header that cannot be sent", async () => {
    expect(gist(await outcome(web1, httpAsk("ftp://127.0.0.1/")))).toMatchObject({ reason: "failed" });
    const url = await site((_request, response) => response.end());
    expect(await outcome(web1, httpAsk(url, { hostHeader: "a\r\nX: y" }))).toMatchObject({ ok: false });
  });
});

describe("HAProxy's statistics page", () => {
  const page = async (answer: RequestListener): Promise<Connector> =>
    haproxyStatsConnector("HAProxy on lb1", `${await site(answer)}/stats`, dialTo);

  test("answers show stat as CSV", async () => {
    const balancer = await page((request, response) =>
      response.end(request.url === "/stats;csv" ? "# pxname,svname\n" : "?"),
    );
    expect(gist(await outcome(balancer, haproxyAsk("show stat")))).toBe("# pxname,svname\n");
  });

  test("knows nothing else, and says what would", async () => {
    const balancer = await page((_request, response) => response.end());
    expect(gist(await outcome(balancer, haproxyAsk("show servers state")))).toEqual({
      reason: "missing",
      detail: 'HAProxy on lb1: "show servers state" needs the runtime socket; only the statistics page is configured',
      fix: "set haproxy.load_balancers.….socket or .tcp in the inventory",
    });
  });

  test.each([
    [401, "auth"],
    [404, "missing"],
    [503, "failed"],
  ])("HTTP %i is %s", async (status, reason) => {
    const balancer = await page((_request, response) => response.writeHead(status).end());
    expect(await outcome(balancer, haproxyAsk("show stat"))).toMatchObject({ ok: false, reason });
  });
});
