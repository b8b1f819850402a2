import { inHost, tryIn } from "../hosts/process.ts";
import { HOLD } from "../cluster/web-files.ts";
import { labError } from "../machine/error.ts";
import { waitFor } from "../machine/wait.ts";
import { masterHost, webHosts, type LabHost } from "../topology.ts";

/** One member's own view, as it says itself; undefined when it does not answer. */
export type MemberView = Readonly<Record<string, string>>;

const VIEW = `timeout 5 mariadb --connect-timeout=2 -N -B -e "SHOW GLOBAL STATUS LIKE 'wsrep\\_%'"`;

export const memberView = async (host: LabHost): Promise<MemberView | undefined> => {
  const { ok, stdout } = await tryIn(host, VIEW, { timeoutMs: 8_000 });
  if (!ok) return undefined;
  const rows = stdout.split("\n").flatMap((line): [string, string][] => {
    const [name, value] = line.split("\t");
    return name === undefined || value === undefined ? [] : [[name, value]];
  });
  return Object.fromEntries(rows);
};

export const isSynced = (view: MemberView | undefined): boolean =>
  view?.["wsrep_cluster_status"] === "Primary" &&
  view["wsrep_local_state_comment"] === "Synced" &&
  view["wsrep_ready"] === "ON";

export const waitSynced = (host: LabHost): Promise<true> =>
  waitFor(`MariaDB on ${host.name} is Synced`, async () => isSynced(await memberView(host)) || undefined, {
    timeoutMs: 120_000,
    advice: `npm run lab -- sh ${host.name} journalctl -u mariadb -n 30`,
  });

/** Lets a member find the others by itself. */
const join = async (host: LabHost): Promise<void> => {
  const script = `rm -f ${HOLD}; systemctl reset-failed mariadb 2>/dev/null; systemctl restart mariadb`;
  await inHost(host, script, { timeoutMs: 180_000 });
  await waitSynced(host);
};

interface Position {
  readonly host: LabHost;
  readonly safe: boolean;
  readonly seqno: number;
}

/** Where a stopped member stands: what it wrote down when it stopped, else what recovery finds in its tables. */
const position = async (host: LabHost): Promise<Position> => {
  const text = await inHost(
    host,
    `systemctl kill -s KILL mariadb 2>/dev/null; systemctl stop mariadb
     cat /var/lib/mysql/grastate.dat
     grep -q '^seqno: *-1' /var/lib/mysql/grastate.dat && echo "recovered $(galera_recovery)"; true`,
    { timeoutMs: 120_000 },
  );
  const seqno = /recovered .*:(-?\d+)/.exec(text)?.[1] ?? /^seqno: *(-?\d+)/m.exec(text)?.[1] ?? "-1";
  return { host, safe: /^safe_to_bootstrap: *1/m.test(text), seqno: Number(seqno) };
};

/** Starts a cluster of which no member is Primary, from the member that has everything. */
const bootstrap = async (): Promise<LabHost> => {
  const positions = await Promise.all(webHosts.map(position));
  const best = positions.toSorted((a, b) => Number(b.safe) - Number(a.safe) || b.seqno - a.seqno)[0];
  if (best === undefined) throw labError("no host to start the database from");
  await inHost(
    best.host,
    `rm -f ${HOLD}; sed -i 's/^safe_to_bootstrap:.*/safe_to_bootstrap: 1/' /var/lib/mysql/grastate.dat 2>/dev/null
     systemctl reset-failed mariadb 2>/dev/null; galera_new_cluster`,
    { timeoutMs: 120_000 },
  );
  await waitSynced(best.host);
  return best.host;
};

const UNDO = "SET GLOBAL wsrep_desync=OFF, read_only=OFF, wsrep_reject_queries=NONE; UNLOCK TABLES;";

/** Brings every member back into one Primary component, Synced and writable, from whatever state they are in. */
export const ensureGalera = async (): Promise<void> => {
  await Promise.all(webHosts.map((host) => tryIn(host, `timeout 5 mariadb -e "${UNDO}"`, { timeoutMs: 8_000 })));
  const views = await Promise.all(webHosts.map(async (host) => ({ host, view: await memberView(host) })));
  const well = views.filter(({ view }) => isSynced(view)).map(({ host }) => host);
  const begun = well.length > 0 ? well : [await bootstrap()];
  await Promise.all(webHosts.filter((one) => !begun.includes(one)).map(join));
};

/** Stops all members in order, so that the master can begin again without asking. */
export const stopGalera = async (): Promise<void> => {
  const order = [...webHosts.filter((host) => host !== masterHost), masterHost];
  for (const host of order) await inHost(host, "systemctl stop mariadb", { timeoutMs: 120_000 });
};

/** Sends SQL to the first member on standard input, so that passwords stand in no argument list. */
export const sql = (text: string): Promise<string> => inHost(masterHost, "mariadb", { input: text, timeoutMs: 60_000 });
