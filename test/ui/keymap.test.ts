import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { BINDINGS } from "../../src/ui/bindings.ts";
import { loadKeymap } from "../../src/ui/keymap-file.ts";
import { keysMarkdown, keysText } from "../../src/ui/keymap-docs.ts";
import { readKeymap } from "../../src/ui/keymap-read.ts";
import { keysOf, press, type Keymap } from "../../src/ui/keymap.ts";
import { checkKey, keysIn } from "../../src/ui/keys.ts";
import type { Context } from "../../src/ui/scene.ts";
import type { Key } from "ink";

const defaults = await readFile(new URL("../../keymaps/default.yaml", import.meta.url), "utf8");

const over = (text: string): readonly string[] => {
  const loaded = loadKeymap([
    { file: "keymaps/default.yaml", text: defaults },
    { file: "mine.yaml", text },
  ]);
  if (loaded.ok) return [];
  return loaded.problems.map(({ what, where, fix }) => {
    const at = where !== undefined && "line" in where ? `${where.file}:${where.line}:${where.column}` : "";
    return `${at} ${what}${fix === undefined ? "" : ` | ${fix}`}`;
  });
};

const loaded = async (names: readonly string[] = []): Promise<Keymap> => {
  const keymap = await readKeymap(names);
  if (!keymap.ok) throw new Error(keymap.problems.map(({ what }) => what).join("\n"));
  return keymap.value;
};

const reached = (keymap: Keymap, context: Context, keys: readonly string[]): string | undefined => {
  let held: readonly string[] = [];
  for (const key of keys) {
    const pressed = press(keymap, context, held, key);
    if (pressed.kind === "action") return pressed.binding.action;
    held = pressed.kind === "held" ? pressed.keys : [];
  }
  return undefined;
};

describe("the keymaps that come with midwatch", () => {
  it("give every action a key", async () => {
    for (const names of [[], ["vim"]]) {
      const keymap = await loaded(names);
      // A procedure may be rare enough to be found in the list of procedures only.
      const own = BINDINGS.filter(({ action }) => !action.startsWith("run."));
      const without = own.filter(({ action }) => keysOf(keymap, action).length === 0);
      expect(without).toEqual([]);
    }
  });

  it("reach every action in every place it works in", async () => {
    for (const names of [[], ["vim"]]) {
      const keymap = await loaded(names);
      const ways = BINDINGS.flatMap(({ action, contexts }) =>
        contexts.flatMap((context) => keysOf(keymap, action).map((keys) => ({ action, context, keys }))),
      );
      const lost = ways.filter(({ action, context, keys }) => reached(keymap, context, keys) !== action);
      expect(lost).toEqual([]);
    }
  });

  it("vim's sequences wait for their second key", async () => {
    const keymap = await loaded(["vim"]);
    expect(press(keymap, "pane", [], "g")).toEqual({ kind: "held", keys: ["g"] });
    expect(press(keymap, "pane", ["g"], "g")).toMatchObject({ kind: "action", binding: { action: "top" } });
    expect(press(keymap, "pane", ["g"], "x")).toEqual({ kind: "nothing" });
  });
});

describe("a keymap of one's own", () => {
  it("lies over the default", async () => {
    const keymap = loadKeymap([
      { file: "keymaps/default.yaml", text: defaults },
      { file: "mine.yaml", text: "refresh: [F, ctrl-r]\nsuspend: []\n" },
    ]);
    expect(keymap.ok && keysOf(keymap.value, "refresh")).toEqual([["F"], ["ctrl-r"]]);
    expect(keymap.ok && keysOf(keymap.value, "suspend")).toEqual([]);
    expect(keymap.ok && keysOf(keymap.value, "quit")).toEqual([["q"]]);
  });

  it("an unknown action is told with its line and the nearest", () => {
    expect(over("pause: B\nrefesh: R\n")).toEqual([
      'mine.yaml:2:1 no action is called "refesh" | did you mean "refresh"?',
    ]);
    expect(over("explode: x\n")).toEqual([
      'mine.yaml:1:1 no action is called "explode" | midwatch keys lists them all',
    ]);
  });

  it("a clash is told where it was made", () => {
    expect(over("# mine\nfindings: e\n")).toEqual([
      'mine.yaml:2:11 "e" is already evidence | give findings another key, or give evidence one here too',
    ]);
    expect(over("findings: e\nevidence: E\n")).toEqual([]);
  });

  it("the same key in places that never meet is no clash", () => {
    expect(over("take: enter\nopen: enter\nnextItem: [down, ctrl-n]\nredraw: ctrl-n\n")).toEqual([]);
  });

  it("a sequence behind a bound key can never be reached", () => {
    expect(over("top: [home, p p]\n")).toEqual([
      'mine.yaml:1:13 "p p" can never be reached: "p" is pause | free "p", or begin with another key',
    ]);
    expect(over("top: [g, g g]\n")).toEqual([
      'mine.yaml:1:10 "g g" can never be reached: "g" is top | free "g", or begin with another key',
    ]);
  });

  it("a key that no terminal sends is told why", () => {
    expect(over("quit: cmd-q\n")).toEqual(["mine.yaml:1:7 a terminal does not send cmd- keys | use ctrl- or alt-"]);
    expect(over("quit: F10\n")[0]).toContain("function keys");
    expect(over("quit: ctrl-m\n")[0]).toContain("ctrl-m and enter are the same to a terminal");
    expect(over("quit: shift-enter\n")[0]).toContain("sends the same for shift-enter as for enter");
    expect(over("quit: ctrl-1\n")[0]).toContain("no code for ctrl-1");
    expect(over("quit: escap\n")[0]).toContain('no key is called "escap"');
  });

  it("a letter cannot work where letters are text", () => {
    expect(over("erase: x\n")[0]).toContain('mine.yaml:1:8 "x" is text while something is typed');
  });

  it("what is not a keymap is told so", () => {
    expect(over("- q\n")).toHaveLength(1);
    expect(over("quit: {a: b}\n")[0]).toContain("expected a key, or a list of keys");
    expect(over("quit: [\n")[0]).toMatch(/^mine\.yaml:\d+:\d+ /);
  });

  it("a console that cannot be left is refused", () => {
    expect(over("quit: []\nquitNow: []\n")).toEqual(["mine.yaml:1:1 no key quits | give quit or quitNow a key"]);
  });

  it("a file that is not there is told by name", async () => {
    const keymap = await readKeymap(["/nonexistent/keys.yaml"]);
    expect(keymap.ok ? [] : keymap.problems.map(({ what }) => what)).toEqual([
      "the keymap /nonexistent/keys.yaml cannot be read",
    ]);
  });
});

describe("keys by name", () => {
  it("have one spelling", () => {
    expect(["Return", "ESC", "PgDn", "ctrl-C", "shift-tab", "ctrl-up", "alt-x", "G"].map(checkKey)).toEqual(
      ["enter", "escape", "pagedown", "ctrl-c", "shift-tab", "ctrl-up", "alt-x", "G"].map((key) => ({ ok: true, key })),
    );
  });

  const none: Key = {
    upArrow: false,
    downArrow: false,
    leftArrow: false,
    rightArrow: false,
    pageDown: false,
    pageUp: false,
    home: false,
    end: false,
    return: false,
    escape: false,
    ctrl: false,
    shift: false,
    tab: false,
    backspace: false,
    delete: false,
    meta: false,
    super: false,
    hyper: false,
    capsLock: false,
    numLock: false,
  };

  it("several keystrokes may come at once; a paste that is not marked as one presses nothing", () => {
    expect(keysIn("jj\r", none)).toEqual(["j", "j", "enter"]);
    expect(keysIn("systemctl stop mariadb\r", none)).toEqual([]);
    expect(keysIn("\u0015ab", none)).toEqual(["ctrl-u", "a", "b"]);
    expect(keysIn("c", { ...none, ctrl: true })).toEqual(["ctrl-c"]);
    expect(keysIn("", { ...none, tab: true, shift: true })).toEqual(["shift-tab"]);
    expect(keysIn("", { ...none, escape: true, meta: true })).toEqual(["escape"]);
  });
});

describe("pages made from the bindings", () => {
  it("name every action with its keys", async () => {
    const [plain, vim] = await Promise.all([loaded(), loaded(["vim"])]);
    const page = keysMarkdown(plain, vim);
    for (const { action, title } of BINDINGS) {
      expect(page).toContain(`| \`${action}\` | ${title} |`);
      expect(keysText(plain)).toContain(title);
    }
    expect(page).toContain("| `home` | `g g` `home` | `top` |");
  });
});
