import { isAbsolute, join } from "node:path";
import { homeFolder } from "../inventory/home.ts";

/**
 * Where midwatch keeps what it remembers of a cluster: `$XDG_STATE_HOME/midwatch/CLUSTER`, by default below
 * `~/.local/state` (XDG base directory specification, which has relative paths ignored).
 */
export const stateFolder = (
  cluster: string,
  env: NodeJS.ProcessEnv = process.env,
  home: string = homeFolder(),
): string => {
  const named = env["XDG_STATE_HOME"] ?? "";
  return join(isAbsolute(named) ? named : join(home, ".local", "state"), "midwatch", cluster);
};
