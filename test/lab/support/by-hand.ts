import { cableOf } from "../../../lab/hosts/network.ts";
import { inHost, tryIn } from "../../../lab/hosts/process.ts";
import { loadSecrets } from "../../../lab/cluster/secrets.ts";
import { run } from "../../../lab/machine/exec.ts";
import { serverStates } from "../../../lab/services/haproxy.ts";
import { redisCli } from "../../../lab/services/redis.ts";
import { REDIS, balancer, hostNamed, type LabHost } from "../../../lab/topology.ts";
import { dirs } from "./watch.ts";

/**
 * What an operator sees who asks the daemons with their own tools, in a root shell on the host itself. None of it goes
 * through midwatch's connections or parsers.
 */

export const lab = (name: string): LabHost => {
  const host = hostNamed(name);
  if (host === undefined) throw new Error(`the lab has no ${name}`);
  return host;
};

export { memberView as member } from "../../../lab/services/galera.ts";

const gluster = async (host: string, words: string): Promise<string> =>
  inHost(lab(host), `timeout 40 gluster --mode=script ${words}`, { timeoutMs: 45_000 });

/** Host → whether `volume status` has its brick online. */
export const bricksOnline = async (volume: string, askOn = "web1"): Promise<Readonly<Record<string, boolean>>> => {
  const text = await gluster(askOn, `volume status ${volume}`);
  // A long brick path takes a line of its own.
  const bricks = text.matchAll(/^Brick (\w+):\S+\s+\S+\s+\S+\s+([YN])\s/gm);
  return Object.fromEntries([...bricks].map(([, host = "", online]) => [host, online === "Y"]));
};

/** Host → what `heal info summary` says its brick has to heal, in its words: a number, or `-`. */
export const toHeal = async (volume: string, askOn = "web1"): Promise<Readonly<Record<string, string>>> => {
  const text = await gluster(askOn, `volume heal ${volume} info summary`);
  const bricks = text.matchAll(/^Brick (\w+):\S+\nStatus: .*\nTotal Number of entries: (\S+)$/gm);
  return Object.fromEntries([...bricks].map(([, host = "", entries = ""]) => [host, entries]));
};

/** Other peers of a host → the word behind its name, such as `Connected`. */
export const peersOf = async (host: string): Promise<Readonly<Record<string, string>>> => {
  const text = await gluster(host, "pool list");
  const peers = text.matchAll(/^\S{36}\s+(\w+)\s+(\w+)\s*$/gm);
  return Object.fromEntries([...peers].map(([, name = "", state = ""]) => [name === "localhost" ? host : name, state]));
};

/** Path → source of every GlusterFS mount. */
export const glusterMounts = async (host: string): Promise<Readonly<Record<string, string>>> => {
  const text = await inHost(lab(host), "findmnt -rn -t fuse.glusterfs -o TARGET,SOURCE");
  return Object.fromEntries(text.split("\n").map((line) => line.split(" ").slice(0, 2)));
};

export const redis = async (name: "cache" | "sessions", command: string): Promise<string> => {
  const instance = REDIS.find((each) => each.name === name);
  if (instance === undefined) throw new Error(`the lab has no Redis ${name}`);
  return (await redisCli(instance, await loadSecrets(dirs.secrets), command)).stdout;
};

/** But for what midwatch itself keeps there, once a procedure has run. */
export const dbsize = async (name: "cache" | "sessions"): Promise<number> => {
  const own = await redis(name, "EXISTS midwatch:lab:lock midwatch:lab:fence midwatch:lab:unfinished");
  return Number(await redis(name, "DBSIZE")) - Number(own);
};

/** The value of `CONFIG GET`. */
export const redisSetting = async (name: "cache" | "sessions", setting: string): Promise<string> =>
  (await redis(name, `CONFIG GET ${setting}`)).split("\n")[1] ?? "";

/** What HAProxy's statistics say of a server, such as `web/web2`. */
export const serverState = async (server: string): Promise<string | undefined> =>
  (await serverStates(balancer)).get(server);

export const haproxy = (line: string): Promise<string> =>
  inHost(balancer, `echo '${line}' | timeout 5 socat -t 3 - UNIX-CONNECT:/run/haproxy/admin.sock`);

/** `proxy/server` → the columns of `show stat`. */
export const servers = async (): Promise<Readonly<Record<string, Readonly<Record<string, string>>>>> => {
  const [header = "", ...lines] = (await haproxy("show stat")).split("\n");
  const names = header.replace(/^# /, "").split(",");
  const rows = lines.map((line) => line.split(",")).filter(([, server]) => /^web\d$/.test(server ?? ""));
  return Object.fromEntries(
    rows.map((row) => [
      `${row[0]}/${row[1]}`,
      // `* L7OK` while the next check is under way.
      Object.fromEntries(names.map((name, column) => [name, (row[column] ?? "").replace(/^\* /, "")])),
    ]),
  );
};

/** `proxy/server` → `srv_admin_state`. */
export const adminBits = async (): Promise<Readonly<Record<string, number>>> => {
  const rows = (await haproxy("show servers state")).split("\n").map((line) => line.split(" "));
  return Object.fromEntries(
    rows.filter(([, , , server]) => /^web\d$/.test(server ?? "")).map((row) => [`${row[1]}/${row[3]}`, Number(row[6])]),
  );
};

export const unit = async (host: string, name: string): Promise<string> =>
  (await tryIn(lab(host), `systemctl is-active ${name}`)).stdout.trim();

/** The health page as curl on the host gets it: status, then body; `000` when nobody answers. */
export const healthPage = async (host: string): Promise<readonly [status: string, body: string]> => {
  const { stdout } = await tryIn(
    lab(host),
    "curl -s -m 5 -w '\\n%{http_code}' -H 'Host: shop.example' http://127.0.0.1/health.php",
  );
  const [body = "", status = ""] = stdout.split(/\n(?=\d+$)/);
  return [status, body];
};

/** `key=value` lines the sync leaves for monitors. */
export const lastSync = async (host: string): Promise<Readonly<Record<string, string>>> => {
  const text = await inHost(lab(host), "cat /var/lib/sync-sites/last");
  return Object.fromEntries(text.split("\n").map((line) => [line.split("=")[0], line.slice(line.indexOf("=") + 1)]));
};

/** What `df` says of a path: share used in whole percent, as it rounds. */
export const usedPercent = async (host: string, path: string): Promise<number> =>
  Number((await inHost(lab(host), `df --output=pcent ${path} | tail -1`)).replace("%", ""));

export const upgradable = async (host: string): Promise<number> =>
  Number(await inHost(lab(host), "apt-get -s dist-upgrade | grep -c ^Inst; true", { timeoutMs: 60_000 }));

/** Seconds since process 1 started. */
export const uptimeS = async (host: string): Promise<number> => Number(await inHost(lab(host), "ps -o etimes= -p 1"));

export const cutNetwork = async (host: string): Promise<void> => {
  await run(["ip", "link", "set", cableOf(lab(host)), "down"]);
};

export const mendNetwork = async (host: string): Promise<void> => {
  await run(["ip", "link", "set", cableOf(lab(host)), "up"]);
};
