import { inHost } from "../hosts/process.ts";
import type { LabHost } from "../topology.ts";
import { host, type Incident } from "./incident.ts";

const [web1, web2, web3] = [host("web1"), host("web2"), host("web3")];

const MODULE = "libphp8.2.so";
const MODULES = "/usr/lib/apache2/modules";
const BROKEN = "/etc/apache2/conf-enabled/incident.conf";

const startApache = (on: LabHost): Promise<string> =>
  inHost(on, "systemctl reset-failed apache2; systemctl start apache2");

export const webIncidents: readonly Incident[] = [
  {
    name: "apache-down",
    what: "Apache is stopped on web2",
    breakIt: () => inHost(web2, "systemctl stop apache2"),
    healIt: () => startApache(web2),
  },
  {
    name: "php-link-dangling",
    what: "an upgrade took PHP's module from web1 and left what loads it; Apache was started anew",
    breakIt: () => inHost(web1, `mv ${MODULES}/${MODULE} /root/; systemctl restart apache2; true`),
    healIt: async () => {
      await inHost(web1, `mv /root/${MODULE} ${MODULES}/`);
      await startApache(web1);
    },
  },
  {
    name: "config-broken",
    what: "Apache's configuration on web2 has an error; it runs on with the old one",
    breakIt: () => inHost(web2, `echo 'NoSuchDirective on' > ${BROKEN}`),
    healIt: () => inHost(web2, `rm -f ${BROKEN}`),
  },
  {
    name: "php-off",
    what: "PHP is switched off in Apache on web3: the shop's source is served",
    breakIt: () => inHost(web3, "a2dismod -q -f php8.2; systemctl restart apache2"),
    healIt: () => inHost(web3, "a2enmod -q php8.2; systemctl restart apache2"),
  },
];
