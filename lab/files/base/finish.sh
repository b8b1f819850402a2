# Run once inside the base image. Everything starts switched off; each host enables what its role needs.

for unit in mariadb.service mariadb.socket mariadb-extra.socket glusterd.service apache2.service haproxy.service \
  redis-server.service nginx.service rsync.service apache-htcacheclean.service; do
  systemctl disable "$unit" >/dev/null 2>&1 || true
done
for unit in /lib/systemd/system/php*-fpm.service; do
  systemctl disable "${unit##*/}" >/dev/null 2>&1 || true
done

# Nothing in here may run by the clock except what the lab puts there.
systemctl mask apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer e2scrub_reap.service \
  fstrim.timer phpsessionclean.timer logrotate.timer man-db.timer systemd-timesyncd.service \
  systemd-networkd.service systemd-resolved.service systemd-pstore.service >/dev/null 2>&1

useradd --create-home --shell /bin/bash --groups haproxy ops
useradd --create-home --shell /bin/bash viewer
useradd --system --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin clustercheck
install -d -m 700 -o ops -g ops /home/ops/.ssh
install -d -m 700 -o viewer -g viewer /home/viewer/.ssh
install -d -m 700 /root/.ssh

# Each host gets its own identity.
rm -f /etc/ssh/ssh_host_* /etc/machine-id /var/lib/dbus/machine-id /etc/hostname

# Root is a host's only database administrator, by its socket; nobody is anonymous.
a2dissite -q 000-default
a2enmod -q rewrite status >/dev/null
rm -rf /var/www/html /var/log/apt /var/lib/systemd/catalog/database
install -d -m 755 /var/lib/sync-sites /etc/cronwrap /data /wp-core /bricks /var/www/shop /etc/shop
