import { Agent, request } from "node:http";
import { SITE, balancer } from "../topology.ts";

export interface Answer {
  /** 0 when there was none: refused, reset or too late. */
  readonly status: number;
  readonly servedBy: string;
  readonly tookMs: number;
}

/** One browser: keeps its cookies and its connection, so that it stays on one host as HAProxy wants it. */
export interface Visitor {
  readonly visit: (path: string) => Promise<Answer>;
  readonly leave: () => void;
}

const TIMEOUT_MS = 10_000;

export const makeVisitor = (): Visitor => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const cookies = new Map<string, string>();

  const keep = (headers: readonly string[] | undefined): void => {
    for (const header of headers ?? []) {
      const [pair = ""] = header.split(";");
      const at = pair.indexOf("=");
      if (at > 0) cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
  };

  const visit = (path: string): Promise<Answer> =>
    new Promise((resolve) => {
      const from = performance.now();
      const answer = (status: number, servedBy: string): void =>
        resolve({ status, servedBy, tookMs: performance.now() - from });
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
      const headers = { host: SITE.name, ...(cookie === "" ? {} : { cookie }) };
      const asked = request(
        { host: balancer.address, port: 80, path, agent, headers, timeout: TIMEOUT_MS },
        (response) => {
          keep(response.headers["set-cookie"]);
          const servedBy = String(response.headers["x-served-by"] ?? "-");
          response.resume();
          response.on("end", () => answer(response.statusCode ?? 0, servedBy));
          response.on("error", () => answer(0, "-"));
        },
      );
      asked.on("timeout", () => asked.destroy());
      asked.on("error", () => answer(0, "-"));
      asked.end();
    });

  return { visit, leave: () => agent.destroy() };
};
