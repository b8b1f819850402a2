import { parsed, type HostCommand } from "../../connect/command.ts";
import { shortText } from "../text.ts";

/** Before a reload or a restart: a HAProxy that cannot read its configuration does not come back. */
export const haproxyConfigTest: HostCommand<{ readonly passes: boolean; readonly message: string }, void, "read"> = {
  id: "haproxy.config_test",
  kind: "host",
  effect: "read",
  lane: "own",
  asks: "Whether HAProxy's configuration would load",
  privilege: { need: "root", why: "its certificates are root's" },
  deadlineMs: 15_000,
  argv: () => ["/usr/sbin/haproxy", "-c", "-q", "-f", "/etc/haproxy/haproxy.cfg"],
  parse: ({ exitCode, stdout, stderr }) => {
    const alerts = `${stderr}\n${stdout}`.split("\n").filter((line) => /ALERT|rror/.test(line));
    return parsed({ passes: exitCode === 0, message: shortText(alerts.slice(0, 2).join(" "), 300) });
  },
};
