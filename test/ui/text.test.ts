import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { toAscii, toCells } from "../../src/ui/fold.ts";
import { charactersOf, chop, cut, cutSentence, fit, untab, widthOf, wrap, wrapPath } from "../../src/ui/text.ts";
import { displayFor, themeFor } from "../../src/ui/theme.ts";

// Thousands of random texts, on a machine that may be busy.
vi.setConfig({ testTimeout: 30_000 });

const anyText = fc.string({ unit: "grapheme", maxLength: 40 });
const theme = themeFor({ colour: true, ascii: false });

describe("fitting text into columns", () => {
  it("cuts with an ellipsis and fills with spaces", () => {
    expect(fit("web1", 6, "left", "…")).toBe("web1  ");
    expect(fit("31%", 6, "right", "…")).toBe("   31%");
    expect(fit("connection refused", 8, "left", "…")).toBe("connect…");
  });

  it("cuts a sentence before its elaboration, or between words, unless that wastes the width", () => {
    expect(cutSentence("only 2 of 3 members are in: none can be spared", 34, "…")).toBe("only 2 of 3 members are in…");
    expect(cutSentence("its visitors' sessions live in files on it", 34, "…")).toBe("its visitors' sessions live in…");
    expect(cutSentence("a: /bricks/a/very/long/path/indeed", 20, "…")).toBe("a: /bricks/a/very/l…");
    expect(cutSentence("short enough", 12, "…")).toBe("short enough");
  });

  it("never makes a sentence wider than asked", () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 1, max: 30 }), (text, width) => {
        expect(widthOf(cutSentence(text, width, "…"))).toBeLessThanOrEqual(width);
      }),
    );
  });

  it("never halves a wide character", () => {
    expect(cut("漢字漢字", 4, "…")).toBe("漢…");
    expect(widthOf(fit("漢字漢字", 4, "left", "…"))).toBe(4);
  });

  it("keeps a combining mark with its letter", () => {
    expect(theme.text("cafe\u0301 x")).toBe("café x");
    expect(fit("e\u0323\u0302e\u0323\u0302e\u0323\u0302", 2, "left", "…")).toBe("e\u0323\u0302…");
  });

  it("is exactly as wide as asked, for any text", () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 0, max: 30 }), (text, width) => {
        expect(widthOf(fit(theme.text(text), width, "left", "…"))).toBe(width);
      }),
    );
  });

  it("breaks a path behind its slashes, a name only where it is longer than a line, and loses nothing", () => {
    expect(wrapPath("/home/alex/.local/state/midwatch/20270115T023107Z-drain.md", 34)).toEqual([
      "/home/alex/.local/state/midwatch/",
      "20270115T023107Z-drain.md",
    ]);
    expect(wrapPath("/a/0123456789/b", 8)).toEqual(["/a/", "01234567", "89/b"]);
    expect(wrapPath("/r.md", 8)).toEqual(["/r.md"]);
  });

  it("chops without losing anything, no piece wider than asked", () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 2, max: 30 }), (text, width) => {
        const safe = theme.text(text);
        const pieces = chop(safe, width);
        expect(pieces.join("")).toBe(safe);
        for (const piece of pieces) expect(widthOf(piece)).toBeLessThanOrEqual(width);
      }),
    );
  });

  it("wraps at spaces, and breaks what has none", () => {
    expect(wrap("2 of 3 members, none to spare", 12)).toEqual(["2 of 3", "members,", "none to", "spare"]);
    expect(wrap("SHA256:abcdefghijklmnop ok", 10)).toEqual(["SHA256:abc", "defghijklm", "nop ok"]);
  });

  it("shows tabs as a terminal would", () => {
    expect(untab("a\tbc\td")).toBe("a       bc      d");
  });
});

describe("text that any terminal can show", () => {
  it("has one or two columns for every character", () => {
    const oneOrTwo = fc.string({ unit: "grapheme" }).map((text) => charactersOf(theme.text(text)).map(widthOf));
    fc.assert(
      fc.property(oneOrTwo, (widths) => widths.every((width) => width === 1 || width === 2)),
      { numRuns: 2_000 },
    );
    expect(theme.text("𝅘𝅥𝅮 \u0301x")).toMatch(/^\ufffd .*x$/u);
  });

  it("is printable ASCII where only that may be written", () => {
    expect(toAscii("data 0 · wp-core ▂▃▄ → 2× … 漢 é")).toBe("data 0 - wp-core .:- -> 2x ~ ? ?");
    const plain = themeFor({ colour: false, ascii: true });
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.string({ unit: "grapheme" })), (text) => {
        expect(plain.text(text)).toMatch(/^[ -~]*$/);
      }),
    );
  });

  it("has a stand-in for what terminals disagree on", () => {
    expect(toCells("ok 👨‍👩‍👧 ☎️ 🇩🇪 漢")).toBe("ok � � � 漢");
  });

  it("lets no control character through", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(theme.text(text)).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
      }),
    );
  });
});

describe("what the environment says of the terminal", () => {
  it("NO_COLOR takes colour away, whatever its value", () => {
    expect(displayFor({ NO_COLOR: "1", LANG: "C.UTF-8" })).toEqual({ colour: false, ascii: false });
    expect(displayFor({ NO_COLOR: "", LANG: "C.UTF-8" })).toEqual({ colour: true, ascii: false });
  });

  it("a locale that is not UTF-8 leaves ASCII; the strongest variable decides", () => {
    expect(displayFor({ LANG: "C" }).ascii).toBe(true);
    expect(displayFor({ LC_ALL: "POSIX", LANG: "de_DE.UTF-8" }).ascii).toBe(true);
    expect(displayFor({ LC_ALL: "", LANG: "de_DE.utf8" }).ascii).toBe(false);
    expect(displayFor({}).ascii).toBe(false);
    expect(displayFor({ LANG: "C.UTF-8" }, { ascii: true }).ascii).toBe(true);
  });
});
