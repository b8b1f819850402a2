import { notParsed, parsed, type Parsed } from "../../connect/command.ts";
import type { HostReply } from "../../connect/reply.ts";
import { shortText } from "../text.ts";

export type ConfigTest =
  | {
      readonly passes: true;
      /** prefork, worker or event; absent where the server has none (nginx) or does not say. */
      readonly mpm?: string | undefined;
      /** Whether mod_php would be loaded; absent where there is no such thing. */
      readonly phpModule?: boolean | undefined;
    }
  | { readonly passes: false; readonly message: string };

/**
 * `apache2ctl -t -D DUMP_MODULES`, `httpd -t -D DUMP_MODULES` or `nginx -t`. A test that fails is an answer; one that
 * failed for want of permission is not.
 */
export const parseConfig = (reply: HostReply): Parsed<ConfigTest> => {
  const { exitCode, stdout, stderr } = reply;
  // nginx: the syntax was read as far as this account may; what fails afterwards is its pid file or logs.
  const nginxReadAll = /^nginx: the configuration file .* syntax is ok$/m.test(stderr);
  if (exitCode !== 0) {
    const message = messageOf(stderr) || messageOf(stdout) || `the configuration test ended with ${exitCode}`;
    if (!/permission denied/i.test(stderr)) return parsed({ passes: false, message });
    if (!nginxReadAll)
      return notParsed("privilege", message, "let this account read the configuration, or watch as one that may");
  }
  const modules = [...stdout.matchAll(/^ ([a-z0-9_]{1,60})_module \((?:static|shared)\)$/gm)].map((match) => match[1]);
  // "Loaded Modules:" with nothing behind it would be no list at all.
  if (modules.length === 0) return parsed({ passes: true });
  const mpm = modules.find((name) => name?.startsWith("mpm_"))?.slice("mpm_".length);
  return parsed({ passes: true, mpm, phpModule: modules.some((name) => /^php\d*$/.test(name ?? "")) });
};

/** The error itself: without what the server says each time, and without the time stamps of its log format. */
export const messageOf = (text: string): string =>
  shortText(
    text
      .split("\n")
      .slice(0, 40)
      .filter((line) => line.trim() !== "" && !NOISE.test(line))
      .map((line) => line.replace(/^(?:\[[^\]]*\] )+/, "").replace(/^nginx: /, ""))
      .slice(0, 3)
      .join(" "),
    300,
  );

// AH00557/8: no ServerName; the rest is apache2ctl's own epilogue.
const NOISE =
  /AH0055[78]|^Action '.*' failed\.$|^The Apache error log may have more information\.$|"user" directive makes sense only|^nginx: configuration file .* test failed$/;
