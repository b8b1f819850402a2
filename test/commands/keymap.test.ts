import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { chosenKeymap } from "../../src/commands/keymap.ts";

test.each([{}, { XDG_CONFIG_HOME: "" }, { XDG_CONFIG_HOME: "relative" }])(
  "one's own keymap is below the home, never below the current folder: %j",
  async (env) => {
    const home = mkdtempSync(path.join(tmpdir(), "midwatch-keymap-"));
    onTestFinished(() => rmSync(home, { recursive: true }));
    expect(await chosenKeymap(undefined, env, home)).toMatchObject({ ok: true });
    const file = path.join(home, ".config", "midwatch", "keymap.yaml");
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, "nonsense: [x]\n");
    // That it complains shows that it was read.
    expect(await chosenKeymap(undefined, env, home)).toMatchObject({ ok: false, problems: [{ where: { file } }] });
  },
);
