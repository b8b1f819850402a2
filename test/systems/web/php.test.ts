import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parsePhpFiles } from "../../../src/systems/web/parse-php-files.ts";
import { parsePhpSettings, settingsThatDiffer } from "../../../src/systems/web/parse-php-settings.ts";
import { longLine } from "../hostile.ts";
import { anyText, HARMFUL, hostReply, textsIn } from "../kit.ts";

const FOUND = [
  "/usr/lib/apache2/modules/libphp8.4.so\tf\tf",
  "/etc/apache2/mods-available/php8.2.load\tf\tf",
  "/etc/apache2/mods-available/php8.4.load\tf\tf",
  "/etc/apache2/mods-available/mpm_event.load\tf\tf",
  "/etc/apache2/mods-enabled/mpm_prefork.load\tl\tf",
  "/etc/apache2/mods-enabled/php8.1.load\tl\tN",
  "/etc/apache2/mods-enabled/proxy.load\tl\tf",
  "/etc/apache2/mods-enabled/setenvif.load\tl\tf",
  "/etc/apache2/conf-available/php8.4-fpm.conf\tf\tf",
  "/usr/sbin/php-fpm8.4\tf\tf",
  "/usr/sbin/php-fpm8.2\tf\tf",
  "/etc/php/8.4/apache2/php.ini\tf\tf",
  "/etc/php/8.4/apache2/conf.d/20-redis.ini\tl\tf",
  "/etc/php/8.4/mods-available/redis.ini\tf\tf",
];

describe("PHP's files on a Debian host", () => {
  test("a module counts with its .so and its .load, an enabled link also when it leads nowhere", () => {
    const answer = parsePhpFiles(hostReply(`${FOUND.join("\n")}\n`));
    if (!answer.ok) throw new Error(answer.problem);
    expect(answer.value).toMatchObject({
      modules: ["8.4"],
      fpms: ["8.4"],
      enabledModules: ["8.1"],
      enabledFpms: [],
      mpms: ["prefork"],
      proxy: true,
      proxyFcgi: false,
      setenvif: true,
    });
    expect(answer.value.settings.map(({ name, isLink }) => `${name} ${isLink}`)).toEqual([
      "conf.d/20-redis.ini true",
      "php.ini false",
    ]);
  });

  test("nothing found is not known, rather than nothing there", () => {
    expect(parsePhpFiles(hostReply("", "find: '/etc/php': No such file or directory\n", 1))).toMatchObject({
      ok: false,
    });
  });
});

describe("PHP's settings", () => {
  test("quotes, comments and the last of two", () => {
    const answer = parsePhpSettings(hostReply('a = 1\n a=2 ; two\nb = "x ; y"\n'));
    expect(answer).toEqual({ ok: true, value: new Map([["a", "2"], ["b", "x ; y"]]) }); // prettier-ignore
  });

  test.each([
    ["session.save_path", "/run/x"],
    ["mysqli.default_pw_password", "x"],
    ["my.url", "https://a:b@c/"],
    ["x", "auth=y"],
  ])("%s = %s is not shown", (name, value) => {
    expect(settingsThatDiffer(new Map([[name, value]]), new Map())).toEqual([
      { name, was: "(not shown)", is: undefined },
    ]);
  });
});

test("a value of blanks without end is read in passing", () => {
  const answer = parsePhpSettings(hostReply(`a = 1 ; one\n${longLine("b = x", " ", "y")}\n`));
  expect(answer.ok && answer.value.get("a")).toBe("1");
});

test("whatever a host prints: a value or an error in harmless words", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      for (const answer of [parsePhpFiles(hostReply(text, text, 1)), parsePhpSettings(hostReply("", text, 2))])
        for (const each of textsIn(answer)) expect(each).not.toMatch(HARMFUL);
    }),
  );
});
