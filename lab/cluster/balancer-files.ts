import { file, type HostFile } from "../hosts/files.ts";
import { template } from "../hosts/template.ts";
import { REDIS, SITE, webHosts, type LabHost } from "../topology.ts";
import { grantsOf } from "./grants.ts";
import type { Secrets } from "./secrets.ts";

const lines = (of: (host: LabHost, index: number) => string): string =>
  webHosts.map((host, index) => `  ${of(host, index)}`).join("\n");

export const balancerFiles = async (host: LabHost): Promise<readonly HostFile[]> => [
  file(
    "/etc/haproxy/haproxy.cfg",
    await template("balancer/haproxy.cfg", {
      address: host.address,
      siteName: SITE.name,
      webServers: lines(({ name, address }) => `server ${name} ${address}:80 check cookie ${name} maxconn 64`),
      databaseServers: lines(
        ({ name, address }, index) => `server ${name} ${address}:3306 check${index === 0 ? "" : " backup"}`,
      ),
    }),
  ),
];

const redisPassword = (secrets: Secrets, name: (typeof REDIS)[number]["name"]): string =>
  secrets[name === "cache" ? "redis-cache" : "redis-sessions"];

export const redisFiles = (secrets: Secrets): Promise<readonly HostFile[]> =>
  Promise.all(
    REDIS.map(async ({ name, port, maxMemory, policy, save }) =>
      file(
        `/etc/redis/redis-${port}.conf`,
        await template("redis/redis.conf", {
          port: String(port),
          maxMemory,
          policy,
          save,
          password: redisPassword(secrets, name),
          watchPassword: secrets["redis-midwatch"],
          operatorPassword: secrets["redis-ops"],
          watchRights: grantsOf("viewer").redis(name),
          operatorRights: grantsOf("operator").redis(name),
        }),
        { mode: 0o640, owner: "redis" },
      ),
    ),
  );
