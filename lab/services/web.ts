import { get } from "node:http";
import { inHost, tryIn } from "../hosts/process.ts";
import { SITE, balancer, webHosts, type LabHost } from "../topology.ts";

export interface Page {
  readonly status: number;
  readonly body: string;
}

/** Fetches a page of the shop from one of the lab's addresses; undefined when there is no answer in time. */
const fetchPage = (address: string, path: string, timeoutMs = 5_000): Promise<Page | undefined> =>
  new Promise((resolve) => {
    const request = get(
      { host: address, port: 80, path, headers: { host: SITE.name }, agent: false, timeout: timeoutMs },
      (response) => {
        let body = "";
        response.setEncoding("utf8");
        response.on("data", (text: string) => (body += text));
        response.on("end", () => resolve({ status: response.statusCode ?? 0, body }));
        response.on("error", () => resolve(undefined));
      },
    );
    request.on("timeout", () => request.destroy());
    request.on("error", () => resolve(undefined));
  });

export const frontPage = (): Promise<Page | undefined> => fetchPage(balancer.address, "/index.php");

const healthy = async (host: LabHost): Promise<boolean> => {
  const page = await fetchPage(host.address, "/health.php");
  return page?.status === 200 && page.body.startsWith("healthy ");
};

/** Brings Apache back; one that runs with the wrong modules is started anew. */
export const ensureWeb = async (): Promise<void> => {
  await Promise.all(
    webHosts.map(async (host) => {
      await tryIn(host, "systemctl reset-failed apache2; systemctl start apache2");
      if (!(await healthy(host))) await inHost(host, "systemctl restart apache2");
    }),
  );
};
