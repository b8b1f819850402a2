import { SITE, VERSIONS, type NodeName } from "../layout.ts";
import type { World } from "../world.ts";
import { PHP_SOURCE } from "./files.ts";
import { healthOf, NEXT_PHP, phpOf, phpRelease } from "./state.ts";

export interface Page {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly takesMs: number;
}

const html = (status: number, title: string, takesMs = 1): Page => ({
  status,
  headers: { "Content-Type": "text/html; charset=iso-8859-1" },
  body: `<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<html><head>\n<title>${title}</title>\n</head><body>\n<h1>${title}</h1>\n<hr>\n<address>Apache/${VERSIONS.apache} (Debian) Server at ${SITE.name} Port 80</address>\n</body></html>\n`,
  takesMs,
});

/** Apache knows no type for `.php` when nothing handles it, and says none. */
const AS_A_FILE = {
  "Last-Modified": "Sat, 04 Jul 2026 09:12:44 GMT",
  ETag: '"1e2-660bf01ff981b"',
  "Accept-Ranges": "bytes",
};

/** What a node's Apache answers to a GET. */
export const pageOf = (world: World, node: NodeName, url: string): Page => {
  const path = url.replace(/\?.*$/, "");
  const takesMs = world.web[node].responseMs;
  if (path === "/server-status")
    return {
      status: 200,
      headers: { "Content-Type": "text/plain; charset=ISO-8859-1" },
      body: serverStatus(world, node),
      takesMs: 1,
    };
  if (path !== SITE.health && path !== "/" && path !== "/index.php") return html(404, "404 Not Found");
  // Without its module Apache hands out PHP files as they lie there.
  if (healthOf(world, node) === "source") {
    return path === "/"
      ? html(403, "403 Forbidden")
      : { status: 200, headers: AS_A_FILE, body: PHP_SOURCE, takesMs: 1 };
  }
  if (healthOf(world, node) === "failing") return html(503, "503 Service Unavailable");
  if (path !== SITE.health) return html(200, "The shop", takesMs);
  return {
    status: 200,
    headers: { "Content-Type": "text/plain;charset=UTF-8", "Cache-Control": "no-store" },
    body: `healthy ${node} php ${phpOf(world.web[node], world.web[node].loaded) === phpRelease ? VERSIONS.php : `${NEXT_PHP}.11`}\n`,
    takesMs,
  };
};

const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

const apacheTime = (ms: number): string => {
  const at = new Date(ms);
  const [, day, month, year] = at.toUTCString().split(" ");
  return `${DAYS[at.getUTCDay()] ?? ""}, ${day}-${month}-${year} ${at.toISOString().slice(11, 19)} UTC`;
};

/** mod_status, `?auto`. */
const serverStatus = (world: World, node: NodeName): string => {
  const web = world.web[node];
  const sinceMs = world.hosts[node].units.get("apache2")?.sinceMs ?? world.nowMs;
  const upS = Math.max(1, Math.floor((world.nowMs - sinceMs) / 1_000));
  const busy = Math.min(web.maxWorkers, web.busyWorkers);
  const idle = Math.max(5, 12 - busy);
  const board = "W".repeat(busy) + "_".repeat(idle);
  const [one, five, fifteen] = world.hosts[node].load;
  const hours = Math.floor((upS % 86_400) / 3_600);
  const rows: readonly (readonly [string, string | number])[] = [
    ["ServerVersion", `Apache/${VERSIONS.apache} (Debian)`],
    ["ServerMPM", web.loaded.has("mpm_event") ? "event" : "prefork"],
    ["Server Built", "2026-06-12T05:08:45"],
    ["CurrentTime", apacheTime(world.nowMs)],
    ["RestartTime", apacheTime(sinceMs)],
    ["ParentServerConfigGeneration", 3],
    ["ParentServerMPMGeneration", 2],
    ["ServerUptimeSeconds", upS],
    [
      "ServerUptime",
      `${Math.floor(upS / 86_400)} days ${hours} hours ${Math.floor((upS % 3_600) / 60)} minutes ${upS % 60} seconds`,
    ],
    ["Load1", one.toFixed(2)],
    ["Load5", five.toFixed(2)],
    ["Load15", fifteen.toFixed(2)],
    ["Total Accesses", web.accesses],
    ["Total kBytes", web.kilobytes],
    ["Total Duration", Math.round(web.accesses * 19.2)],
    ["CPUUser", "812.4"],
    ["CPUSystem", "190.12"],
    ["CPUChildrenUser", 0],
    ["CPUChildrenSystem", 0],
    ["CPULoad", ".0512"],
    ["Uptime", upS],
    ["ReqPerSec", (web.accesses / upS).toFixed(5)],
    ["BytesPerSec", ((web.kilobytes * 1_024) / upS).toFixed(1)],
    ["BytesPerReq", ((web.kilobytes * 1_024) / web.accesses).toFixed(1)],
    ["DurationPerReq", 19.2],
    ["BusyWorkers", busy],
    ["GracefulWorkers", 0],
    ["IdleWorkers", idle],
    ["Scoreboard", board.padEnd(web.maxWorkers, ".")],
  ];
  return `127.0.0.1\n${rows.map(([name, value]) => `${name}: ${value}\n`).join("")}`;
};
