import { inHost, tryIn } from "../../../lab/hosts/process.ts";
import type { LabHost } from "../../../lab/topology.ts";

const APACHE = "/etc/apache2";

/** As an upgrade leaves it that removes the module and leaves its link: Apache does not start. */
export const losePhp = (host: LabHost): Promise<string> =>
  inHost(
    host,
    `cp -aT /etc/php/8.2 /root/php.kept; cd ${APACHE}; sed s/8.2/8.1/ mods-available/php8.2.load > mods-available/php8.1.load
    cp mods-available/php8.2.conf mods-available/php8.1.conf; a2dismod -q php8.2; a2enmod -q php8.1
    mkdir -p /etc/php/8.1; mv /etc/php/8.2/apache2/conf.d/90-sessions.ini /tmp/; cp -a /etc/php/8.2/apache2 /etc/php/8.1/; mv /tmp/90-sessions.ini /etc/php/8.1/apache2/conf.d/
    sed -i 's/^memory_limit.*/memory_limit = 256M/' /etc/php/8.1/apache2/php.ini; systemctl restart apache2 || true`,
  );

/** PHP as the lab has it, whatever a test left. */
export const phpAsItWas = (host: LabHost) =>
  tryIn(
    host,
    `cd ${APACHE}; a2dismod -q -f php8.1 mpm_event proxy_fcgi proxy; a2disconf -q php8.2-fpm; a2enmod -q mpm_prefork php8.2;
    rm -rf /etc/php/8.1 mods-available/php8.1.*; find /etc/php -name '*.before-midwatch-*' -delete; rm -f /etc/php/8.2/fpm/conf.d/90-sessions.ini
    test -e /root/php.kept && cp -aT /root/php.kept /etc/php/8.2 && rm -rf /root/php.kept
    systemctl disable -q --now php8.2-fpm; systemctl restart apache2; rm -rf /var/backups/apache2.before-midwatch-*`,
  );

/** Modules and configuration files that are on. */
export const enabledOf = (host: LabHost): Promise<string> =>
  inHost(host, `ls ${APACHE}/mods-enabled ${APACHE}/conf-enabled | tr '\\n' ' '`);
