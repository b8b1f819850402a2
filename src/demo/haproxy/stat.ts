import type { World } from "../world.ts";
import { csv, type StatRow } from "./columns.ts";
import {
  isDrain,
  isMaint,
  serversOf,
  takesNew,
  type CheckResult,
  type Counters,
  type ProxyState,
  type ServerState,
} from "./state.ts";
import { FALL, RISE } from "./tick.ts";

const seconds = (ms: number): number => Math.max(0, Math.floor(ms / 1_000));

/** `show stat`: every frontend, server and backend, as the CSV of HAProxy 2.6. */
export const statCsv = (world: World): string => {
  const { web, mysql } = world.haproxy;
  return csv([
    frontend(web.front, { pxname: "shop", iid: 2, mode: "http" }),
    ...serversOf(web).map((server) => serverRow(world, web, server)),
    backend(world, web),
    frontend(mysql.front, { pxname: "mysql", iid: mysql.id, mode: "tcp" }),
    ...serversOf(mysql).map((server) => serverRow(world, mysql, server)),
    backend(world, mysql),
    { ...frontend(NOTHING, { pxname: "stats", iid: 5, mode: "http" }), slim: 2_000 },
  ]);
};

const NOTHING: Counters = {
  scur: 0,
  smax: 0,
  stot: 0,
  bin: 0,
  bout: 0,
  rate: 0,
  rateMax: 0,
  errors: 0,
  responses: [0, 0, 0, 0, 0, 0],
};

const flow = (counters: Counters): StatRow => ({
  scur: counters.scur,
  smax: counters.smax,
  stot: counters.stot,
  bin: counters.bin,
  bout: counters.bout,
  rate: counters.rate,
  rate_max: counters.rateMax,
});

const answers = ({ responses: [one, two, three, four, five, other], stot }: Counters): StatRow => ({
  hrsp_1xx: one,
  hrsp_2xx: two,
  hrsp_3xx: three,
  hrsp_4xx: four,
  hrsp_5xx: five,
  hrsp_other: other,
  req_tot: stot,
});

const frontend = (
  counters: Counters,
  what: { readonly pxname: string; readonly iid: number; readonly mode: string },
): StatRow => ({
  ...what,
  ...flow(counters),
  svname: "FRONTEND",
  slim: 2_000,
  dreq: 0,
  dresp: 0,
  ereq: counters.errors,
  status: "OPEN",
  pid: 1,
  sid: 0,
  type: 0,
  rate_lim: 0,
  ...(what.mode === "http" ? { ...answers(counters), req_rate: counters.rate, req_rate_max: counters.rateMax } : {}),
  comp_in: 0,
  comp_out: 0,
  comp_byp: 0,
  comp_rsp: 0,
  conn_rate: counters.rate,
  conn_rate_max: counters.rateMax,
  conn_tot: counters.stot,
  dcon: 0,
  dses: 0,
});

/** As the stats word it: an `UP` that is failing counts down, a `DOWN` that is coming back counts up. */
const statusWord = (server: ServerState): string => {
  if (isMaint(server)) return "MAINT";
  if (!server.up) return server.contradicted === 0 ? "DOWN" : `DOWN ${server.contradicted}/${RISE}`;
  const word = isDrain(server) ? "DRAIN" : "UP";
  return server.contradicted === 0 ? word : `${word} ${FALL - server.contradicted}/${FALL}`;
};

const serverRow = (world: World, proxy: ProxyState, server: ServerState): StatRow => {
  const { counters, check } = server;
  const checked = !isMaint(server);
  const isHttp = proxy.mode === "http";
  return {
    pxname: proxy.name,
    svname: server.name,
    qcur: 0,
    qmax: 0,
    ...flow(counters),
    slim: server.maxSessions ?? "",
    dresp: 0,
    econ: counters.errors,
    eresp: 0,
    wretr: 0,
    wredis: 0,
    status: statusWord(server),
    weight: server.weight,
    act: server.backup ? 0 : 1,
    bck: server.backup ? 1 : 0,
    chkfail: server.checkFailures,
    chkdown: server.checkDowns,
    lastchg: seconds(world.nowMs - server.sinceMs),
    downtime: seconds(server.downtimeMs),
    pid: 1,
    iid: proxy.id,
    sid: server.id,
    lbtot: counters.stot,
    type: 2,
    ...(checked
      ? { check_status: checkWord(server), check_code: check.code ?? "", check_duration: check.durationMs }
      : {}),
    ...(isHttp ? answers(counters) : {}),
    cli_abrt: 0,
    srv_abrt: 0,
    lastsess: server.lastSessionMs < 0 ? -1 : seconds(world.nowMs - server.lastSessionMs),
    qtime: 0,
    ctime: 0,
    rtime: isHttp ? Math.round(world.web[server.name].responseMs) : 0,
    ttime: isHttp ? Math.round(world.web[server.name].responseMs * 3) : 4,
    ...(checked
      ? {
          last_chk: check.text,
          check_desc: check.description,
          check_rise: RISE,
          check_fall: FALL,
          check_health: health(server),
        }
      : {}),
    addr: `${server.address}:${server.port}`,
    cookie: isHttp ? server.name : "",
    mode: proxy.mode,
    wrew: 0,
    connect: counters.stot,
    reuse: 0,
    srv_icur: 0,
    eint: 0,
    idle_conn_cur: 0,
    safe_conn_cur: 0,
    used_conn_cur: counters.scur,
    need_conn_est: 1,
    uweight: server.weight,
  };
};

/** A check that is being made right now has a star before the last one's word: one that times out nearly always. */
const checkWord = ({ check }: ServerState): string => (isChecking(check) ? `* ${check.status}` : check.status);

export const isChecking = ({ status }: CheckResult): boolean => status === "L4TOUT";

/** 0 is down for good, rise + fall - 1 up for good. */
export const health = (server: ServerState): number =>
  server.up ? RISE + FALL - 1 - server.contradicted : server.contradicted;

const backend = (world: World, proxy: ProxyState): StatRow => {
  const servers = serversOf(proxy);
  const active = servers.filter((server) => takesNew(server) && !server.backup).length;
  const backups = servers.filter((server) => takesNew(server) && server.backup).length;
  return {
    pxname: proxy.name,
    svname: "BACKEND",
    qcur: 0,
    qmax: 0,
    ...flow(proxy.front),
    slim: 200,
    dreq: 0,
    dresp: 0,
    econ: 0,
    eresp: 0,
    wretr: 0,
    wredis: 0,
    status: proxy.up ? "UP" : "DOWN",
    weight: active > 0 ? active : backups,
    act: active,
    bck: backups,
    chkdown: proxy.up ? 0 : 1,
    lastchg: seconds(world.nowMs - proxy.sinceMs),
    downtime: 0,
    pid: 1,
    iid: proxy.id,
    sid: 0,
    lbtot: proxy.front.stot,
    type: 1,
    ...(proxy.mode === "http" ? { ...answers(proxy.front), cookie: "SRV" } : {}),
    lastsess: 0,
    mode: proxy.mode,
    algo: "roundrobin",
    uweight: active > 0 ? active : backups,
    agg_server_status: 0,
    agg_server_check_status: 0,
    agg_check_status: 0,
  };
};
