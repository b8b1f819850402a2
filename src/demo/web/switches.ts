import { sortOptions } from "../shell/execute.ts";
import { isNode } from "../layout.ts";
import { fail, out, type Call, type Output, type Program } from "../shell/program.ts";
import type { WebState } from "./state.ts";

/** a2enmod and its siblings, and what copies and removes files of settings. */
export const switchPrograms: readonly Program[] = [
  { path: "/usr/sbin/a2enmod", run: (call) => eachOf(call, enableModule) },
  { path: "/usr/sbin/a2dismod", run: (call) => eachOf(call, disable) },
  { path: "/usr/sbin/a2enconf", run: (call) => eachOf(call, enable) },
  { path: "/usr/sbin/a2disconf", run: (call) => eachOf(call, disable) },
  { path: "/usr/bin/cp", run: (call) => asRoot(call, copy) },
  { path: "/usr/bin/mv", run: (call) => asRoot(call, move) },
  { path: "/usr/bin/rm", run: (call) => asRoot(call, remove) },
  { path: "/usr/bin/cmp", run: (call) => asRoot(call, compare) },
];

type Act = (web: WebState, args: readonly string[]) => Output;

const asRoot = ({ world, host, user, args }: Call, act: Act): Output => {
  const { name } = host;
  if (user !== "root") return fail(1, "Permission denied");
  return isNode(name) ? act(world.web[name], args) : fail(1, "No such file or directory");
};

const eachOf = (call: Call, act: (web: WebState, name: string) => Output | undefined): Output =>
  asRoot(call, (web, args) => {
    for (const name of sortOptions(args, []).rest) {
      const failed = act(web, name);
      if (failed !== undefined) return failed;
    }
    return out("", 60);
  });

const enable = (web: WebState, name: string): undefined => void web.enabled.add(name);
const disable = (web: WebState, name: string): undefined => void web.enabled.delete(name);

/** PHP's modules say `Conflicts: mpm_event mpm_worker` by way of the prefork they depend on. */
const enableModule = (web: WebState, name: string): Output | undefined => {
  const other = ["mpm_event", "mpm_worker"].find((mpm) => web.enabled.has(mpm));
  if (other !== undefined && /^(php\d|mpm_prefork)/.test(name))
    return fail(
      1,
      `ERROR: Module ${other} is enabled - cannot proceed due to conflicts. It needs to be disabled first!\nERROR: Could not enable dependency mpm_prefork for ${name}, aborting`,
    );
  return enable(web, name);
};

const pathsOf = (args: readonly string[]): readonly [string, string] => {
  const [from = "", to = ""] = sortOptions(args, []).rest;
  return [from, to];
};

const copy: Act = (web, args) => {
  const [from, to] = pathsOf(args);
  if (from === "/etc/apache2") {
    web.kept.add(to);
    return out("", 20);
  }
  const text = web.settings.get(from);
  if (text === undefined) return fail(1, `cp: cannot stat '${from}': No such file or directory`);
  const suffix = args.find((word) => word.startsWith("--suffix="))?.slice("--suffix=".length);
  const before = web.settings.get(to);
  if (before !== undefined && suffix !== undefined) web.settings.set(`${to}${suffix}`, before);
  web.settings.set(to, text);
  return out("");
};

const move: Act = (web, args) => {
  const [from, to] = pathsOf(args);
  const text = web.settings.get(from);
  if (text === undefined) return fail(1, `mv: cannot stat '${from}': No such file or directory`);
  web.settings.delete(from);
  web.settings.set(to, text);
  return out("");
};

const remove: Act = (web, args) => {
  for (const path of sortOptions(args, []).rest) web.settings.delete(path);
  return out("");
};

const compare: Act = (web, args) => {
  const [a, b] = pathsOf(args).map((path) => web.settings.get(path));
  if (a === undefined || b === undefined) return fail(2, "");
  return a === b ? out("") : fail(1, "");
};
