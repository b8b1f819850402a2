/** What every host has installed; the roles differ in what is enabled. */
export const PACKAGES = [
  "openssh-server",
  "rsync",
  "cron",
  "procps",
  "psmisc",
  "sudo",
  "curl",
  "less",
  "lsof",
  "socat",
  "nftables",
  "iputils-ping",
  "mariadb-server",
  "mariadb-backup",
  "galera-4",
  "glusterfs-server",
  "glusterfs-client",
  "haproxy",
  "redis-server",
  "apache2",
  "libapache2-mod-php",
  "php-cli",
  "php-fpm",
  "php-mysql",
  "php-redis",
  "nginx-light",
] as const;

/** Enough for debootstrap to make something that boots; apt resolves the rest better than debootstrap does. */
export const BOOTSTRAP = ["systemd", "systemd-sysv", "dbus", "iproute2", "ca-certificates"] as const;
