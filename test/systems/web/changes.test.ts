import { describe, expect, it } from "vitest";
import { moveBack } from "../../../src/systems/web/changes.ts";
import { hostReply } from "../kit.ts";

const PAIR = {
  from: "/etc/php/8.4/apache2/php.ini.before-midwatch-20270115T021431Z",
  to: "/etc/php/8.4/apache2/php.ini",
};
const said = (stderr: string, exitCode = 1) => moveBack.parse(hostReply("", stderr, exitCode), PAIR);

describe("a kept file of settings put back", () => {
  it("is back when there is none any more to put back: taken back a second time, after it stopped half-way", () => {
    expect(said("", 0)).toMatchObject({ ok: true });
    expect(said(`mv: cannot stat '${PAIR.from}': No such file or directory\n`)).toMatchObject({ ok: true });
  });

  it("is not when it is there and could not be moved", () => {
    expect(said(`mv: cannot move '${PAIR.from}' to '${PAIR.to}': No such file or directory`)).toMatchObject({
      ok: false,
    });
    expect(said(`mv: cannot move '${PAIR.from}' to '${PAIR.to}': Read-only file system`)).toMatchObject({ ok: false });
    expect(said(`mv: cannot stat '${PAIR.from}': Permission denied`)).toMatchObject({ ok: false });
  });
});
