import { HOLD } from "../cluster/web-files.ts";
import { inHost } from "../hosts/process.ts";
import { ensureGalera, sql, waitSynced } from "../services/galera.ts";
import { webHosts } from "../topology.ts";
import { host, keepDoing, stopDoing, type Incident } from "./incident.ts";

const [web1, web2, web3] = [host("web1"), host("web2"), host("web3")];

/** systemd would have a killed member back in five seconds. */
const KILLED_FOR_GOOD = `touch ${HOLD}; pkill -9 -x mariadbd`;

const PORT = 4567;
const CUT = `nft add table inet incident
  nft add chain inet incident input '{ type filter hook input priority 0; }'
  nft add chain inet incident output '{ type filter hook output priority 0; }'
  for chain in input output; do
    for end in sport dport; do nft add rule inet incident $chain tcp $end ${PORT} drop; done
  done`;

const LOAD = `yes 'INSERT INTO shop.orders (product, quantity, host) VALUES (1, 1, "load"); DO SLEEP(0.01);' | mariadb`;

/** As a backup does that was not told of Galera: what is written elsewhere cannot be applied here meanwhile. */
const LOCKS = `while :; do mariadb -e 'LOCK TABLES shop.orders WRITE; DO SLEEP(2); UNLOCK TABLES'; sleep 0.2; done`;

/** The same rows, so that two writers collide. */
const COLLIDE = `while :; do
  yes 'UPDATE shop.products SET price = 1 + price MOD 9 WHERE id = 1; DO SLEEP(0.02);' | mariadb --force 2>/dev/null
done`;

const clearLoad = (): Promise<string> => sql("DELETE FROM shop.orders WHERE host = 'load'");

export const galeraIncidents: readonly Incident[] = [
  {
    name: "member-stopped",
    what: "MariaDB on web3 is stopped in good order",
    breakIt: () => inHost(web3, "systemctl stop mariadb", { timeoutMs: 60_000 }),
    healIt: ensureGalera,
  },
  {
    name: "member-killed",
    what: "MariaDB on web3 is killed (SIGKILL) and does not start again",
    breakIt: () => inHost(web3, KILLED_FOR_GOOD),
    healIt: ensureGalera,
  },
  {
    name: "member-frozen",
    what: "MariaDB on web3 is frozen (SIGSTOP)",
    breakIt: () => inHost(web3, "pkill -STOP -x mariadbd"),
    healIt: async () => {
      await inHost(web3, "pkill -CONT -x mariadbd");
      await waitSynced(web3);
    },
  },
  {
    name: "two-members-down",
    what: "MariaDB on web2 and web3 is killed at the same moment; web1 is left without quorum",
    breakIt: () => Promise.all([web2, web3].map((each) => inHost(each, KILLED_FOR_GOOD))),
    healIt: ensureGalera,
  },
  {
    name: "member-cut",
    what: `web3's replication port ${PORT} is cut off; everything else of it is reached`,
    breakIt: () => inHost(web3, CUT),
    healIt: async () => {
      await inHost(web3, "nft delete table inet incident");
      await waitSynced(web3);
    },
  },
  {
    name: "member-desynced",
    what: "wsrep_desync is left ON on web3, as after a backup",
    breakIt: () => inHost(web3, `mariadb -e "SET GLOBAL wsrep_desync=ON"`),
    healIt: async () => {
      await inHost(web3, `mariadb -e "SET GLOBAL wsrep_desync=OFF"`);
      await waitSynced(web3);
    },
  },
  {
    name: "flow-control",
    what: "web3 cannot apply what is written on web1, for tables are locked on it most of the time",
    breakIt: async () => {
      await keepDoing(web3, "locks", LOCKS);
      await keepDoing(web1, "load", LOAD);
    },
    healIt: async () => {
      await stopDoing(web1, "load");
      await stopDoing(web3, "locks");
      await clearLoad();
    },
  },
  {
    name: "certification-conflicts",
    what: "the same rows are written on web1 and web2 at the same time",
    breakIt: () => Promise.all([web1, web2].map((each) => keepDoing(each, "load", COLLIDE))),
    healIt: async () => {
      await Promise.all(webHosts.map((each) => stopDoing(each, "load")));
      await sql("UPDATE shop.products SET price = 6 WHERE id = 1");
    },
  },
];
