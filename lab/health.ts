import type { Secrets } from "./cluster/secrets.ts";
import { findInit, tryIn } from "./hosts/process.ts";
import { isSynced, memberView } from "./services/galera.ts";
import { glusterState } from "./services/gluster-state.ts";
import { allUp, serverStates } from "./services/haproxy.ts";
import { redisCli } from "./services/redis.ts";
import { lastSync } from "./services/shadow.ts";
import { frontPage } from "./services/web.ts";
import { HOSTS, REDIS, VOLUMES, balancers, webHosts, type LabHost } from "./topology.ts";

/** One statement about the lab, true or not, with what was seen. */
export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly seen: string;
}

const HOST_STATE = "systemctl is-system-running; systemctl list-units --failed --plain --no-legend | cut -d' ' -f1";

const hostCheck = async (host: LabHost): Promise<Check> => {
  if ((await findInit(host)) === undefined) return { name: host.name, ok: false, seen: "not running" };
  const { stdout } = await tryIn(host, HOST_STATE);
  const [state = "no answer", ...failed] = stdout.split("\n").filter((line) => line !== "");
  return { name: host.name, ok: state === "running", seen: [state, ...failed].join(" ") };
};

const galeraCheck = async (): Promise<Check> => {
  const views = await Promise.all(webHosts.map(memberView));
  const synced = views.filter(isSynced);
  const complete = synced.every((view) => view?.["wsrep_cluster_size"] === String(webHosts.length));
  return {
    name: "galera",
    ok: synced.length === webHosts.length && complete,
    seen: webHosts
      .map((host, at) => {
        const view = views[at];
        const state = `${view?.["wsrep_cluster_status"]} ${view?.["wsrep_local_state_comment"]}`;
        return `${host.name} ${view === undefined ? "no answer" : state}`;
      })
      .join(", "),
  };
};

const glusterCheck = async (): Promise<Check> => {
  const all = VOLUMES.length * webHosts.length;
  const { peers, bricks, mounts, pending } = await glusterState();
  return {
    name: "gluster",
    ok: peers === webHosts.length - 1 && bricks === all && mounts === all && pending === 0,
    seen: `peers ${peers + 1}/${webHosts.length}, bricks ${bricks}/${all}, mounts ${mounts}/${all}, ${pending ?? "?"} to heal`,
  };
};

const redisCheck = async (secrets: Secrets): Promise<Check> => {
  const answers = await Promise.all(REDIS.map((instance) => redisCli(instance, secrets, "PING")));
  return {
    name: "redis",
    ok: answers.every(({ stdout }) => stdout.trim() === "PONG"),
    seen: REDIS.map(({ port }, at) => `${port} ${answers[at]?.stdout.trim() || "no answer"}`).join(", "),
  };
};

const haproxyCheck = async (host: LabHost): Promise<Check> => {
  const states = await serverStates(host);
  const not = [...states].filter(([, state]) => state !== "UP").map(([server, state]) => `${server} ${state}`);
  const seen = not.length === 0 ? `${states.size} servers UP` : not.join(", ");
  return { name: `haproxy on ${host.name}`, ok: allUp(states), seen };
};

const pageCheck = async (): Promise<Check> => {
  const page = await frontPage();
  const seen =
    page === undefined ? "no answer" : `${page.status}, ${/served by \w+/.exec(page.body)?.[0] ?? "not by PHP"}`;
  return { name: "page through lb1", ok: page?.status === 200 && page.body.includes("served by"), seen };
};

const shadowCheck = async (): Promise<Check> => {
  const last = await lastSync();
  const result = last["result"] ?? "never ran";
  const ageS = Math.round(Date.now() / 1000 - Number(last["last_success"] ?? 0));
  const ok = (result === "ok" || result === "running") && ageS < 600;
  return { name: "shadow sync", ok, seen: ok ? `${result}, ${ageS} s ago` : `${result} ${last["reason"] ?? ""}` };
};

/** Everything that is true of a healthy lab, asked of the daemons themselves and not through midwatch. */
export const checkHealth = async (secrets: Secrets): Promise<readonly Check[]> =>
  Promise.all([
    ...HOSTS.map(hostCheck),
    galeraCheck(),
    glusterCheck(),
    redisCheck(secrets),
    ...balancers.map(haproxyCheck),
    pageCheck(),
    shadowCheck(),
  ]);
