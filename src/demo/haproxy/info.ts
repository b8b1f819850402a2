import { VERSIONS } from "../layout.ts";
import type { World } from "../world.ts";

const uptime = (seconds: number): string => {
  const pad = (value: number): string => String(value).padStart(2, "0");
  const hours = Math.floor((seconds % 86_400) / 3_600);
  return `${Math.floor(seconds / 86_400)}d ${hours}h${pad(Math.floor((seconds % 3_600) / 60))}m${pad(seconds % 60)}s`;
};

/** `show info`. */
export const infoText = ({ haproxy, traffic, nowMs }: World): string => {
  const upS = Math.max(0, Math.floor((nowMs - haproxy.startedAtMs) / 1_000));
  const current = haproxy.web.front.scur + haproxy.mysql.front.scur;
  const rate = haproxy.web.front.rate + haproxy.mysql.front.rate;
  const rateMax = haproxy.web.front.rateMax + haproxy.mysql.front.rateMax;
  const rows: readonly (readonly [string, string | number])[] = [
    ["Name", "HAProxy"],
    ["Version", VERSIONS.haproxy],
    ["Release_date", "2025/10/03"],
    ["Nbthread", 4],
    ["Nbproc", 1],
    ["Process_num", 1],
    ["Pid", haproxy.pid],
    ["Uptime", uptime(upS)],
    ["Uptime_sec", upS],
    ["Memmax_MB", 0],
    ["PoolAlloc_MB", 0],
    ["PoolUsed_MB", 0],
    ["PoolFailed", 0],
    ["Ulimit-n", 4_050],
    ["Maxsock", 4_050],
    ["Maxconn", 2_000],
    ["Hard_maxconn", 2_000],
    ["CurrConns", current],
    ["CumConns", haproxy.connections],
    ["CumReq", haproxy.requests],
    ["MaxSslConns", 0],
    ["CurrSslConns", 0],
    ["CumSslConns", 0],
    ["Maxpipes", 0],
    ["PipesUsed", 0],
    ["PipesFree", 0],
    ["ConnRate", rate],
    ["ConnRateLimit", 0],
    ["MaxConnRate", rateMax],
    ["SessRate", rate],
    ["SessRateLimit", 0],
    ["MaxSessRate", rateMax],
    ["SslRate", 0],
    ["SslRateLimit", 0],
    ["MaxSslRate", 0],
    ["CompressBpsIn", 0],
    ["CompressBpsOut", 0],
    ["CompressBpsRateLim", 0],
    ["Tasks", 40 + current],
    ["Run_queue", 0],
    ["Idle_pct", Math.max(1, Math.round(100 - traffic.requestsPerSecond / 20))],
    ["node", "lb1"],
    ["Stopping", 0],
    ["Jobs", 8 + current],
    ["Unstoppable Jobs", 1],
    ["Listeners", 6],
    ["ActivePeers", 0],
    ["ConnectedPeers", 0],
    ["DroppedLogs", 0],
    ["BusyPolling", 0],
    ["FailedResolutions", 0],
    ["TotalBytesOut", haproxy.web.front.bout + haproxy.mysql.front.bout],
    ["TotalSplicdedBytesOut", 0],
    ["BytesOutRate", Math.round(traffic.requestsPerSecond * 14_230)],
    ["DebugCommandsIssued", 0],
    ["CumRecvLogs", 0],
    ["Build info", VERSIONS.haproxy],
    ["Memmax_bytes", 0],
    ["PoolAlloc_bytes", 221_680],
    ["PoolUsed_bytes", 221_680],
    ["Start_time_sec", Math.floor(haproxy.startedAtMs / 1_000)],
    ["Tainted", 0],
  ];
  return rows.map(([name, value]) => `${name}: ${value}\n`).join("");
};
