import { parsed, type HostCommand } from "../../connect/command.ts";
import type { WebConfig } from "../../inventory/cluster.ts";
import { messageOf } from "./parse-config.ts";

/**
 * Before a reload, a restart or an upgrade's end: what the server reads when it starts, certificates among it. The list
 * of modules passes over those (DUMP_MODULES skips the check of files), and to an ordinary user one below a closed
 * /etc/letsencrypt looks as if it were not there.
 */
export const startTest: HostCommand<StartTest, { readonly service: WebConfig["service"] }, "read"> = {
  id: "web.start_test",
  kind: "host",
  effect: "read",
  lane: "own",
  asks: "Whether the web server would start with its configuration as it is, certificates among it",
  privilege: { need: "root", why: "its certificates are root's" },
  deadlineMs: 15_000,
  argv: ({ service }) => [PROGRAMS[service], "-t"],
  parse: ({ exitCode, stdout, stderr }) => {
    if (exitCode === 0) return parsed({ passes: true });
    const message = messageOf(stderr) || messageOf(stdout) || `the configuration test ended with ${exitCode}`;
    return parsed({ passes: false, message });
  },
};

export type StartTest = { readonly passes: true } | { readonly passes: false; readonly message: string };

const PROGRAMS = { apache2: "/usr/sbin/apache2ctl", httpd: "/usr/sbin/httpd", nginx: "/usr/sbin/nginx" } as const;
