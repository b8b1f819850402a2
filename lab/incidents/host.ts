import { inHost } from "../hosts/process.ts";
import { cableOf, connectHost } from "../hosts/network.ts";
import { run } from "../machine/exec.ts";
import { ensureGalera, waitSynced } from "../services/galera.ts";
import { ensureGluster } from "../services/gluster.ts";
import { host, type Incident } from "./incident.ts";

const web3 = host("web3");

const BALLAST = "/var/lib/mysql/.incident-ballast";

export const hostIncidents: readonly Incident[] = [
  {
    name: "disk-full",
    what: "the disk of MariaDB's data on web3 is full",
    breakIt: () =>
      inHost(web3, `fallocate -l $(($(df --output=avail -k /var/lib/mysql | tail -1) - 4096))K ${BALLAST}`),
    healIt: async () => {
      await inHost(web3, `rm -f ${BALLAST}`);
      await ensureGalera();
    },
  },
  {
    name: "host-cut",
    what: "web3's network is cut: nothing is refused, there is only silence",
    breakIt: () => run(["ip", "link", "set", cableOf(web3), "down"]),
    healIt: async () => {
      await connectHost(web3);
      await waitSynced(web3);
      await ensureGluster();
    },
  },
];
