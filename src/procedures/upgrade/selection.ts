/** What a package belongs to, by its name: what must be stopped for it, and what restarts. */
export type Part = "galera" | "gluster" | "web" | "haproxy" | "redis" | "host";

export const PARTS: readonly Part[] = ["galera", "gluster", "web", "haproxy", "redis", "host"];

const NAMES: readonly (readonly [Part, RegExp])[] = [
  ["galera", /^(mariadb|galera|libmariadb|percona-xtra|percona-server|mysql-|libmysqlclient|Maria(DB)?-)/i],
  ["gluster", /^(glusterfs|libgluster|libgf|gluster-)/],
  ["web", /^(apache2|libapache2-|httpd|mod_|php|nginx|libnginx-)/],
  ["haproxy", /^haproxy/],
  ["redis", /^redis/],
];

export const partOf = (name: string): Part => NAMES.find(([, pattern]) => pattern.test(name))?.[0] ?? "host";

/** Of these the server itself is replaced: it must be stopped in order before, or is restarted by its package. */
const SERVERS: Readonly<Record<Exclude<Part, "host">, RegExp>> = {
  galera: /^(mariadb-server|galera-|percona-xtradb-cluster|percona-xtrabackup|mysql-server|MariaDB-server)/i,
  gluster: /^(glusterfs|libgluster|libgf)/,
  web: /^(apache2$|apache2-bin|httpd$|nginx$|libapache2-mod-|php[\d.]*-(fpm|common|cli|opcache)|php-fpm)/,
  haproxy: /^haproxy$/,
  redis: /^redis/,
};

/** Parts whose servers these packages replace, in the order in which they are stopped. */
export const serversIn = (names: readonly string[]): readonly Exclude<Part, "host">[] =>
  (["galera", "gluster", "web", "haproxy", "redis"] as const).filter((part) =>
    names.some((name) => SERVERS[part].test(name)),
  );

/** What a person thinks of first when asked for the version of a host. */
const CHIEF =
  /^(apache2|httpd|nginx|libapache2-mod-php[\d.]+|php[\d.]+-(fpm|cli)|php-(fpm|cli)|mariadb-server|MariaDB-server|galera-4|percona-xtradb-cluster-server|glusterfs-server|haproxy|redis-server|redis|openssl)$/i;

/** Those that stand in gates and reports; all when none of them is known. */
export const chiefOf = (names: readonly string[]): readonly string[] => {
  const chief = names.filter((name) => CHIEF.test(name));
  return chief.length === 0 ? names.slice(0, 6) : chief;
};
