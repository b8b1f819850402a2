import { inHost, tryIn } from "../hosts/process.ts";
import { waitFor } from "../machine/wait.ts";
import { balancers, webHosts, type LabHost } from "../topology.ts";

const PROXIES = ["web", "mysql"] as const;

export const ask = async (host: LabHost, command: string): Promise<string> =>
  (await tryIn(host, `echo "${command}" | timeout 5 socat -t 3 - UNIX-CONNECT:/run/haproxy/admin.sock`)).stdout;

/** `proxy/server` → status, as HAProxy's own statistics say it. */
export const serverStates = async (host: LabHost): Promise<ReadonlyMap<string, string>> => {
  const rows = (await ask(host, "show stat")).split("\n").map((line) => line.split(","));
  const column = rows[0]?.indexOf("status") ?? -1;
  return new Map(
    rows
      .filter(
        ([proxy, server]) => PROXIES.some((name) => name === proxy) && webHosts.some(({ name }) => name === server),
      )
      .map((row): [string, string] => [`${row[0]}/${row[1]}`, row[column] ?? ""]),
  );
};

export const allUp = (states: ReadonlyMap<string, string>): boolean =>
  states.size === PROXIES.length * webHosts.length && [...states.values()].every((state) => state === "UP");

const undo = (host: LabHost): Promise<string> => {
  const servers = PROXIES.flatMap((proxy) => webHosts.map(({ name }) => `${proxy}/${name}`));
  const commands = servers.flatMap((server) => [
    `set server ${server} state ready`,
    `set server ${server} agent up`,
    `set server ${server} weight 100%`,
    `enable health ${server}`,
  ]);
  return ask(host, commands.join("; "));
};

/** Brings every balancer back with all servers ready, and waits until their checks agree. */
export const ensureHaproxy = async (): Promise<void> => {
  for (const host of balancers) {
    await inHost(host, "rm -f /var/lib/haproxy/server-state; systemctl reset-failed haproxy; systemctl start haproxy");
    await undo(host);
    await waitFor(`all servers are UP on ${host.name}`, async () => allUp(await serverStates(host)) || undefined, {
      timeoutMs: 45_000,
      advice: `npm run lab -- status`,
    });
  }
};
