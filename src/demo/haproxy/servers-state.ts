import type { World } from "../world.ts";
import { health, isChecking } from "./stat.ts";
import { isMaint, serversOf, type ServerState } from "./state.ts";

const HEAD =
  "be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight srv_time_since_last_change " +
  "srv_check_status srv_check_result srv_check_health srv_check_state srv_agent_state bk_f_forced_id srv_f_forced_id " +
  "srv_fqdn srv_port srvrecord srv_use_ssl srv_check_port srv_check_addr srv_agent_addr srv_agent_port";

/** HAProxy's own numbers for what a check ended with (check-t.h). */
const CHECK_STATUS: Readonly<Record<string, number>> = { L4OK: 6, L4TOUT: 7, L4CON: 8, L7OK: 15, L7STS: 17 };
const CHECK_UNKNOWN = 0;
const CHECK_FAILED = 2;
const CHECK_PASSED = 3;
const STOPPED = 0;
const RUNNING = 2;
const CHECKS_ENABLED = 6;
const CHECKS_PAUSED = 14;
const CHECKING = 7;

/** `show servers state`, version 1: what a reload would take up. */
export const serversState = (world: World): string => {
  const rows = [world.haproxy.web, world.haproxy.mysql].flatMap((proxy) =>
    serversOf(proxy).map((server) => [proxy.id, proxy.name, ...columns(world, server, proxy.mode === "tcp")].join(" ")),
  );
  return `1\n# ${HEAD}\n${rows.map((row) => `${row}\n`).join("")}`;
};

const columns = (world: World, server: ServerState, checkedApart: boolean): readonly (string | number)[] => {
  const maint = isMaint(server);
  const checking = !maint && isChecking(server.check);
  const checkPort = checkedApart ? 9_200 : 0;
  return [
    server.id,
    server.name,
    server.address,
    server.up && !maint ? RUNNING : STOPPED,
    server.admin,
    server.weight,
    1,
    Math.max(0, Math.floor((world.nowMs - server.sinceMs) / 1_000)),
    CHECK_STATUS[server.check.status] ?? 0,
    checking ? CHECK_UNKNOWN : server.check.status === "L7OK" ? CHECK_PASSED : CHECK_FAILED,
    maint ? 0 : health(server),
    maint ? CHECKS_PAUSED : checking ? CHECKING : CHECKS_ENABLED,
    0,
    0,
    0,
    "-",
    server.port,
    "-",
    0,
    checkPort,
    "-",
    "-",
    checkPort,
  ];
};
