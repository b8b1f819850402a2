import { Agent, request } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { SITE, balancer } from "../../../lab/topology.ts";

/** What visitors met. */
export interface Shopping {
  readonly requests: number;
  readonly failed: readonly string[];
  /** Sessions whose count of visits did not go on from where it was. */
  readonly lost: readonly string[];
  readonly byHost: Readonly<Record<string, number>>;
}

interface Shopper {
  readonly name: string;
  readonly agent: Agent;
  readonly cookies: Map<string, string>;
  visits: number;
}

interface Page {
  readonly status: number;
  readonly body: string;
  readonly servedBy: string;
}

/** A visitor waits for its answer before it asks again; none for longer than this. */
const TIMEOUT_MS = 15_000;
/** However long the work takes. */
const AT_MOST_MS = 3_600_000;

const fetchPage = ({ agent, cookies }: Shopper, path: string): Promise<Page> =>
  new Promise((resolve) => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const headers = { host: SITE.name, ...(cookie === "" ? {} : { cookie }) };
    const none = (why: string): void => resolve({ status: 0, body: why, servedBy: "-" });
    const asked = request(
      { host: balancer.address, port: 80, path, agent, headers, timeout: TIMEOUT_MS },
      (response) => {
        for (const header of response.headers["set-cookie"] ?? []) {
          const [pair = ""] = header.split(";");
          const at = pair.indexOf("=");
          if (at > 0) cookies.set(pair.slice(0, at), pair.slice(at + 1));
        }
        let body = "";
        response.setEncoding("utf8");
        response.on("data", (text: string) => (body += text));
        response.on("end", () =>
          resolve({ status: response.statusCode ?? 0, body, servedBy: String(response.headers["x-served-by"] ?? "-") }),
        );
        response.on("error", (error) => none(error.message));
      },
    );
    asked.on("timeout", () => asked.destroy(new Error("no answer in time")));
    asked.on("error", (error) => none(error.message));
    asked.end();
  });

/**
 * Visitors with cookies and a session each, bounded in number, rate and time, until they are told to leave. The shop
 * counts a session's visits, so a session that is lost shows as a count that begins anew.
 */
export const openShop = (visitors: number, perSecond: number): { readonly close: () => Promise<Shopping> } => {
  const failed: string[] = [];
  const lost: string[] = [];
  const byHost = new Map<string, number>();
  const idle = Array.from({ length: visitors }, (_, at): Shopper => ({
    name: `visitor ${at}`,
    agent: new Agent({ keepAlive: true, maxSockets: 1 }),
    cookies: new Map(),
    visits: 0,
  }));
  const underWay = new Set<Promise<void>>();
  const end = performance.now() + AT_MOST_MS;
  let requests = 0;
  const closing = new AbortController();

  const visit = async (shopper: Shopper): Promise<void> => {
    const buys = requests % 10 === 0;
    requests += 1;
    const at = new Date().toISOString().slice(11, 19);
    const page = await fetchPage(shopper, buys ? "/order.php?receipt=1" : `/index.php?shelf=${1 + (requests % 50)}`);
    byHost.set(page.servedBy, (byHost.get(page.servedBy) ?? 0) + 1);
    if (page.status !== 200) failed.push(`${at} ${page.status} from ${page.servedBy}: ${page.body.slice(0, 200)}`);
    else if (!buys) {
      const visits = Number(/visit (\d+),/.exec(page.body)?.[1]);
      if (visits !== shopper.visits + 1)
        lost.push(`${at} ${shopper.name}: visit ${visits} after ${shopper.visits} on ${page.servedBy}`);
      shopper.visits = visits;
    }
    idle.push(shopper);
  };

  const going = (async () => {
    while (!closing.signal.aborted && performance.now() < end) {
      await pause(1_000 / perSecond);
      const shopper = idle.shift();
      if (shopper === undefined) continue;
      const one: Promise<void> = visit(shopper).finally(() => underWay.delete(one));
      underWay.add(one);
    }
  })();

  return {
    close: async () => {
      closing.abort();
      await going;
      await Promise.all(underWay);
      for (const { agent } of idle) agent.destroy();
      return { requests, failed, lost, byHost: Object.fromEntries(byHost) };
    },
  };
};
