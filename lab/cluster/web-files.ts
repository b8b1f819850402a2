import { file, type HostFile } from "../hosts/files.ts";
import { template } from "../hosts/template.ts";
import { balancer, masterHost, redisHost, webHosts, type LabHost } from "../topology.ts";
import { knownHosts } from "./keys.ts";
import type { Lab } from "./lab.ts";

const others = (host: LabHost): readonly LabHost[] => webHosts.filter((one) => one !== host);

/** When all members are started at once, the one to begin is chosen by the lab (services/galera.ts), not by luck. */
export const HOLD = "/etc/mysql/hold-at-boot";

const galeraFiles = async (host: LabHost): Promise<readonly HostFile[]> => [
  file(
    "/etc/mysql/mariadb.conf.d/60-galera.cnf",
    await template("web/galera.cnf", {
      members: webHosts.map(({ address }) => address).join(","),
      name: host.name,
      address: host.address,
    }),
  ),
  file("/etc/systemd/system/mariadb.service.d/hold.conf", await template("web/mariadb-hold.conf")),
  file("/usr/local/bin/clustercheck", await template("web/clustercheck"), { mode: 0o755 }),
  file("/etc/systemd/system/clustercheck.socket", await template("web/clustercheck.socket")),
  file("/etc/systemd/system/clustercheck@.service", await template("web/clustercheck@.service")),
];

const glusterFiles = async (host: LabHost): Promise<readonly HostFile[]> => [
  file(
    "/etc/fstab",
    await template("web/fstab", {
      others: others(host)
        .map(({ name }) => name)
        .join(":"),
    }),
  ),
  file("/usr/local/sbin/shared-mounts", await template("web/shared-mounts"), { mode: 0o755 }),
  file("/etc/systemd/system/shared-mounts.service", await template("web/shared-mounts.service")),
];

const siteFiles = async (): Promise<readonly HostFile[]> => {
  const pages = ["shop.php", "index.php", "order.php", "health.php", "style.css"];
  return Promise.all(
    pages.map(async (name) => file(`/var/www/shop/${name}`, await template(`site/${name}`), { owner: "www-data" })),
  );
};

const apacheFiles = async ({ secrets }: Lab, phpVersion: string): Promise<readonly HostFile[]> => [
  file("/etc/apache2/conf-enabled/servername.conf", "ServerName localhost\n"),
  file("/etc/apache2/sites-available/shop.conf", await template("web/apache-site.conf")),
  { kind: "link", path: "/etc/apache2/sites-enabled/shop.conf", target: "../sites-available/shop.conf" },
  ...(["load", "conf"] as const).map((end): HostFile => ({
    kind: "link",
    path: `/etc/apache2/mods-enabled/php${phpVersion}.${end}`,
    target: `../mods-available/php${phpVersion}.${end}`,
  })),
  file(
    `/etc/php/${phpVersion}/apache2/conf.d/90-sessions.ini`,
    await template("web/sessions.ini", {
      redisAddress: redisHost.address,
      redisPassword: secrets["redis-sessions"],
    }),
    { mode: 0o600 },
  ),
  file(
    "/etc/shop/shop.ini",
    await template("web/shop.ini", {
      databaseAddress: balancer.address,
      databasePassword: secrets["sql-app"],
      redisAddress: redisHost.address,
      redisPassword: secrets["redis-cache"],
    }),
    { mode: 0o400, owner: "www-data" },
  ),
  ...(await siteFiles()),
  { kind: "link", path: "/var/www/shop/uploads", target: "/data/uploads" },
];

const shadowFiles = async (host: LabHost, { keys }: Lab): Promise<readonly HostFile[]> => {
  const master = host === masterHost;
  const subservers = master
    ? others(host)
        .map(({ name }) => name)
        .join(" ")
    : "";
  const call = `from="${masterHost.address}",restrict,command="/etc/cronwrap/sync-sites" ${keys.sync.publicKey}`;
  return [
    file("/etc/cronwrap/sync-sites", await template("web/sync-sites"), { mode: 0o755 }),
    file(
      "/etc/cronwrap/sync-sites.conf",
      await template("web/sync-sites.conf", { role: master ? "master" : "sub", subservers }),
    ),
    { kind: "absent", path: "/etc/cronwrap/sync-sites.paused" },
    ...(master
      ? [
          file("/etc/cron.d/sync-sites", await template("web/sync-sites.cron")),
          file("/root/.ssh/sync", keys.sync.privateKey, { mode: 0o600 }),
          file("/root/.ssh/known_hosts", knownHosts(keys), { mode: 0o600 }),
        ]
      : [file("/root/.ssh/authorized_keys", call, { mode: 0o600 })]),
  ];
};

export const webFiles = async (host: LabHost, lab: Lab, phpVersion: string): Promise<readonly HostFile[]> => [
  ...(await galeraFiles(host)),
  ...(await glusterFiles(host)),
  ...(await apacheFiles(lab, phpVersion)),
  ...(await shadowFiles(host, lab)),
];
