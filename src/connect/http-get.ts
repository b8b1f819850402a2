import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { clean, cleanLine } from "./clean.ts";
import type { HttpRequest } from "./command.ts";
import { dialTls, type Dial } from "./dial.ts";
import { networkProblem, shortText } from "./failure.ts";
import type { HttpReply } from "./reply.ts";
import { problem, type Problem } from "./ssh/problem.ts";

/** Not imported by name, because an import reads all of its exports, and with them loads the whole of fetch. */
const { request: startRequest } = process.getBuiltinModule("node:http");

export type HttpAnswer = { readonly ok: true; readonly reply: HttpReply } | ({ readonly ok: false } & Problem);

/** A page is measured to its end, but not for ever: what streams on beyond this is let go, and counts as its end. */
const READ_LIMIT_BYTES = 4 * 1_024 * 1_024;

/** One GET over its own connection; redirects are answers, not instructions. Settles within `deadlineMs`. */
export const httpGet = async (
  ask: HttpRequest,
  /** To the URL's host and port. */
  dialTo: (host: string, port: number) => Dial,
  where: string,
  deadlineMs: number,
): Promise<HttpAnswer> => {
  const started = performance.now();
  const url = parseUrl(ask.url);
  if (url === undefined) return { ok: false, ...problem("failed", `${where}: ${shortText(ask.url)} is no http URL`) };
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const hostHeader = ask.hostHeader ?? url.host;
  const plain = dialTo(host, Number(url.port) || (url.protocol === "https:" ? 443 : 80));
  // A host's own certificate can never name 127.0.0.1, and the question here is whether the site answers, asked by the
  // host of itself inside an SSH connection that is already verified: any certificate will do.
  const tls = { servername: hostHeader.replace(/:\d+$/, ""), verify: false };
  const dialled = await (url.protocol === "https:" ? dialTls(plain, tls, where) : plain)(deadlineMs);
  if (!dialled.ok) return dialled;
  return exchange(
    dialled.stream,
    { path: `${url.pathname}${url.search}`, hostHeader, keepBytes: ask.keepBytes },
    where,
    deadlineMs - (performance.now() - started),
  );
};

const parseUrl = (text: string): URL | undefined => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url?.protocol === "http:" || url?.protocol === "https:" ? url : undefined;
};

interface Get {
  readonly path: string;
  readonly hostHeader: string;
  readonly keepBytes: number;
}

const exchange = (stream: Duplex, get: Get, where: string, deadlineMs: number): Promise<HttpAnswer> => {
  const { promise, resolve } = Promise.withResolvers<HttpAnswer>();
  const sentAtMs = Date.now();
  const started = performance.now();
  const settle = (answer: HttpAnswer): void => {
    clearTimeout(timer);
    stream.destroy();
    resolve(answer);
  };
  const fail = (error: unknown): void => settle({ ok: false, ...httpProblem(error, where) });
  const timer = setTimeout(
    () => settle({ ok: false, ...problem("timeout", `${where}: the page did not end in time`) }),
    Math.max(1, deadlineMs),
  );
  stream.on("error", fail);
  try {
    const request = startRequest({
      createConnection: () => stream,
      path: get.path,
      headers: { host: get.hostHeader, "user-agent": "midwatch", accept: "*/*", connection: "close" },
    });
    request.on("error", fail);
    request.on("upgrade", () => fail(new Error("switched to another protocol")));
    request.on("response", (response) => {
      readBody(response, get.keepBytes, fail, (body, cut) =>
        settle({
          ok: true,
          reply: {
            kind: "http",
            status: response.statusCode ?? 0,
            headers: headersOf(response),
            body: clean(body.toString("utf8")),
            cut,
            sentAtMs,
            receivedAtMs: Date.now(),
            tookMs: performance.now() - started,
          },
        }),
      );
    });
    request.end();
  } catch (error) {
    // A Host header with a character that may not stand in one is refused by a throw.
    fail(error);
  }
  return promise;
};

const readBody = (
  response: IncomingMessage,
  keepBytes: number,
  fail: (error: unknown) => void,
  finish: (body: Buffer, cut: boolean) => void,
): void => {
  const kept: Buffer[] = [];
  let room = keepBytes;
  let received = 0;
  const done = (): void => finish(Buffer.concat(kept), received > keepBytes);
  response.on("data", (bytes: Buffer) => {
    received += bytes.length;
    if (room > 0) kept.push(bytes.subarray(0, room));
    room -= Math.min(room, bytes.length);
    if (received > READ_LIMIT_BYTES) done();
  });
  response.on("end", () => (response.complete ? done() : fail({ code: "ECONNRESET" })));
  response.on("error", fail);
};

const headersOf = (response: IncomingMessage): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(response.headers).map(([name, value]) => [
      cleanLine(name),
      cleanLine(Array.isArray(value) ? value.join(", ") : (value ?? "")),
    ]),
  );

/** node:http names what it cannot parse `HPE_…`. */
const httpProblem = (error: unknown, where: string): Problem =>
  error instanceof Error && "code" in error && typeof error.code === "string" && error.code.startsWith("HPE_")
    ? problem("unreadable", `${where} does not speak HTTP there`, "check the URL's port")
    : networkProblem(error, where);
