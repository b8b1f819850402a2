import { describe, expect, it } from "vitest";
import { choosePhp, isSwitched, needsRestart, type Way } from "../../src/procedures/php-module/choose.ts";
import { phpModuleKind } from "../../src/procedures/php-module/kind.ts";
import type { Reads } from "../../src/procedures/procedure.ts";
import { compareSettings } from "../../src/procedures/php-module/settings.ts";
import type { PhpFiles, SettingsFile } from "../../src/systems/web/parse-php-files.ts";
import { NOBODY_TO_ASK } from "./bench.ts";

const FILES: PhpFiles = {
  modules: ["8.4"],
  fpms: ["8.4"],
  enabledModules: ["8.2"],
  enabledFpms: [],
  mpms: ["prefork"],
  proxy: false,
  proxyFcgi: false,
  setenvif: true,
  settings: [],
};

const choose = (files: Partial<PhpFiles>, way: Way = "auto", version = "") =>
  choosePhp({ ...FILES, ...files }, way, version);

const chosen = (files: Partial<PhpFiles>, way?: Way, version?: string) => {
  const answer = choose(files, way, version);
  if (!answer.ok) throw new Error(answer.why);
  return answer.choice;
};

describe("which PHP, and how", () => {
  it("takes the lost module out and the installed one in", () => {
    const choice = chosen({});
    expect(choice).toMatchObject({ way: "module", version: "8.4", modulesOff: ["php8.2"], modulesOn: ["php8.4"] });
    expect(choice.lost).toEqual(["php8.2"]);
    expect(needsRestart(choice)).toBe(true);
  });

  it("leaves alone what is enabled and there", () => {
    expect(isSwitched(chosen({ modules: ["8.4", "8.2"] }))).toBe(true);
    expect(chosen({ modules: ["8.4", "8.2"] }, "auto", "8.4")).toMatchObject({ modulesOff: ["php8.2"], lost: [] });
  });

  it.each([["event"], ["worker"]])("refuses a module beside mpm_%s, with both ways out", (mpm) => {
    const answer = choose({ mpms: [mpm] });
    if (answer.ok) throw new Error("chosen");
    expect(answer.why).toContain(`mpm_${mpm} is on`);
    expect(answer.why).toContain("--set way=prefork");
    expect(answer.why).toContain("--set way=fpm");
  });

  it("changes the MPM when it is told to, first off and then on", () => {
    const choice = chosen({ mpms: ["event"], enabledModules: [] }, "prefork");
    expect(choice).toMatchObject({ modulesOff: ["mpm_event"], modulesOn: ["mpm_prefork", "php8.4"] });
  });

  it("keeps the MPM and goes to FPM, whatever it ran before", () => {
    const choice = chosen({ mpms: ["event"] }, "fpm");
    expect(choice).toMatchObject({
      way: "fpm",
      modulesOff: ["php8.2"],
      modulesOn: ["proxy", "proxy_fcgi"],
      confsOn: ["php8.4-fpm"],
    });
    expect(choice.modulesOff).not.toContain("mpm_event");
  });

  it("goes back to the module from FPM by as little as it takes", () => {
    const choice = chosen({ enabledModules: [], enabledFpms: ["8.4"], proxyFcgi: true }, "prefork");
    expect(choice).toMatchObject({ modulesOff: [], confsOff: ["php8.4-fpm"], modulesOn: ["php8.4"] });
    expect(chosen({ enabledModules: [], enabledFpms: ["8.4"], proxyFcgi: true })).toMatchObject({ way: "fpm" });
  });

  it("says what to install where nothing is", () => {
    const none = choose({ modules: [], fpms: [] });
    expect(none).toMatchObject({ ok: false, why: expect.stringContaining("apt-get install libapache2-mod-php8.2") });
    expect(choose({ modules: [] })).toMatchObject({ ok: false, why: expect.stringContaining("--set way=fpm") });
    expect(choose({}, "auto", "7.4")).toMatchObject({ ok: false, why: expect.stringContaining("there is 8.4") });
  });
});

describe("settings between versions", () => {
  const file = (version: string, name: string, isLink = false): SettingsFile => ({
    path: `/etc/php/${version}/apache2/${name}`,
    version,
    sapi: "apache2",
    name,
    isLink,
  });
  const settings = [
    file("8.2", "php.ini"),
    file("8.2", "conf.d/90-sessions.ini"),
    file("8.2", "conf.d/20-redis.ini", true),
    file("8.4", "php.ini"),
  ];
  const TEXT: Readonly<Record<string, string>> = {
    "/etc/php/8.2/apache2/php.ini": "memory_limit = 256M ; more\npost_max_size = 8M\n",
    "/etc/php/8.2/apache2/conf.d/90-sessions.ini": 'session.save_path = "tcp://lb1:6380?auth=sesame"\n',
    "/etc/php/8.4/apache2/php.ini": "memory_limit = 128M\npost_max_size = 8M\n",
  };
  const reads: Reads = {
    ask: async (_target, { send }) => {
      const path = send.kind === "host" ? (send.argv.at(-1) ?? "") : "";
      const reply = {
        kind: "host",
        stdout: TEXT[path] ?? "",
        stderr: "",
        exitCode: 0,
        sentAtMs: 0,
        receivedAtMs: 0,
      } as const;
      return { ok: true, reply };
    },
  };

  it("tells what differs, what is lacking, and never a secret", async () => {
    const files = { ...FILES, settings };
    const compared = await compareSettings("web2", files, chosen({ settings }), reads);
    if (!compared.ok) throw new Error(compared.problem);
    const words = compared.value.words.join("\n");
    expect(words).toContain("memory_limit: 256M");
    expect(words).not.toContain("post_max_size");
    expect(words).toContain("90-sessions.ini is not there");
    expect(words).not.toContain("sesame");
    expect(words).toContain("lacks extensions that were on: redis");
    expect(compared.value.copies).toEqual([
      { from: settings[0]?.path, to: "/etc/php/8.4/apache2/php.ini", replaces: true },
      { from: settings[1]?.path, to: "/etc/php/8.4/apache2/conf.d/90-sessions.ini", replaces: false },
    ]);
  });

  it("does not call settings alike that could not be read", async () => {
    const compared = await compareSettings("web2", { ...FILES, settings }, chosen({ settings }), NOBODY_TO_ASK);
    expect(compared).toMatchObject({ ok: false });
  });
});

describe("made again from a journal", () => {
  const plan = {
    choice: chosen({}),
    copies: [{ from: "/etc/php/8.2/apache2/php.ini", to: "/etc/php/8.4/apache2/php.ini", replaces: true }],
    wasWell: true,
    mustRestart: true,
    stamp: "20270115T021431Z",
  };
  const replan = (more: object) =>
    phpModuleKind.replan({
      subject: "web2",
      params: { plan: JSON.stringify({ ...plan, ...more }) },
      view: NOBODY_TO_ASK.view(0),
      reads: NOBODY_TO_ASK,
    });

  it("copies settings and nothing else, wherever the journal came from", async () => {
    expect(await replan({})).toMatchObject({ ok: true });
    const [copy] = plan.copies;
    for (const more of [
      { copies: [{ ...copy, to: "/etc/cron.d/x" }] },
      { copies: [{ ...copy, from: "/etc/php/8.2/apache2/../../../shadow" }] },
      { stamp: "/../../../etc/cron.d" },
      { choice: { ...plan.choice, modulesOn: ["--help"] } },
    ])
      expect(await replan(more)).toMatchObject({ ok: false });
  });
});
