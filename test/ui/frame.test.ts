import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { headerLine, type Heading } from "../../src/ui/draw/header.ts";
import { headlineLines } from "../../src/ui/draw/headline.ts";
import { lineWidth, paint, plainText, strong, underCursor } from "../../src/ui/line.ts";
import { themeFor } from "../../src/ui/theme.ts";
import { AT_MS, pictureOf } from "./fixtures/picture.ts";

const theme = themeFor({ colour: true, ascii: false });
const heading: Heading = {
  cluster: "shop",
  demo: false,
  role: "viewer",
  unlocked: undefined,
  paused: false,
  newestAtMs: AT_MS - 1_000,
  nowMs: AT_MS,
};

describe("the first line", () => {
  it("says where, in what role, when, and how old", () => {
    expect(plainText(headerLine(heading, 80, theme)).trimEnd()).toBe(
      " midwatch · shop                          READ-ONLY viewer   02:14:31 · 1s",
    );
  });

  it("drops the program's name before it cuts the cluster's", () => {
    const at = (width: number): string =>
      plainText(headerLine({ ...heading, demo: true, cluster: "shop-staging" }, width, theme));
    expect(at(80)).toMatch(/^ midwatch · DEMO · shop-staging  /);
    expect(at(60)).toMatch(/^ DEMO · shop-staging  READ-ONLY viewer/);
  });

  it("counts down from thirty minutes and never from more, however old the clock on screen is", () => {
    const at = (leftMs: number): string =>
      plainText(
        headerLine(
          { ...heading, role: "operator", unlocked: { operator: "alex", endsAtMs: AT_MS + leftMs } },
          100,
          theme,
        ),
      );
    expect(at(30 * 60_000 + 900)).toContain("OPERATOR alex · unlocked 30:00");
    expect(at(61_000)).toContain("unlocked 1:01");
  });

  it("never loses the role or that it is a demo, whatever the name and width", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme" }),
        fc.integer({ min: 60, max: 200 }),
        fc.boolean(),
        (cluster, width, viewer) => {
          const line = headerLine(
            { ...heading, cluster, demo: true, role: viewer ? "viewer" : "operator" },
            width,
            theme,
          );
          expect(lineWidth(line)).toBe(width);
          expect(plainText(line)).toContain("DEMO");
          expect(plainText(line)).toContain(viewer ? "READ-ONLY viewer" : "OPERATOR locked");
        },
      ),
    );
  });

  it("an old picture and a paused one are told in words", () => {
    expect(plainText(headerLine({ ...heading, newestAtMs: AT_MS - 25_000 }, 80, theme))).toContain("? 25s");
    expect(plainText(headerLine({ ...heading, paused: true }, 80, theme))).toContain("PAUSED 1s");
    expect(plainText(headerLine({ ...heading, newestAtMs: undefined }, 80, theme))).toContain("no answer");
  });

  it("keeps the role in its place while the age changes", () => {
    const at = (ageMs: number): number =>
      plainText(headerLine({ ...heading, newestAtMs: AT_MS - ageMs }, 80, theme)).indexOf("READ-ONLY");
    expect(new Set([0, 9_000, 12_000, 108_000].map(at)).size).toBe(1);
  });
});

describe("the headline", () => {
  const lines = (options: Parameters<typeof pictureOf>[0], width: number): readonly string[] =>
    headlineLines(pictureOf(options), width, 3, theme).map((line) => plainText(line).trimEnd());

  it("says what is wrong and what next", () => {
    expect(lines({ memberLost: "web3" }, 80)).toEqual([
      " ✖ CRITICAL  MariaDB on web3 stopped 4m ago: 2 of 3 members, none to spare",
      "   Sites up (web 3/3). Next: look at why it stopped (journalctl -u mariadb on",
      "   web3); do not take another member out",
    ]);
    expect(lines({}, 80)).toEqual([" ● all well", "   Sites up (web 3/3)", ""]);
    expect(lines({ pending: true }, 80)[0]).toBe(" … ASKING  first answers are coming: 3 of 42");
  });

  it("gives a command a line of its own rather than break it", () => {
    const next = "on lb1: redis-cli -p 6380 CONFIG SET maxmemory 128mb, and redis.conf";
    const shown = headlineLines({ ...pictureOf({ memberLost: "web3" }), next }, 80, 3, theme);
    expect(shown.map((line) => plainText(line).trimEnd()).slice(1)).toEqual([
      "   Sites up (web 3/3).",
      `   Next: ${next}`,
    ]);
  });

  it("cuts what is wrong before what to do about it, and marks it", () => {
    expect(lines({ memberLost: "web3" }, 64)).toEqual([
      " ✖ CRITICAL  MariaDB on web3 stopped 4m ago: 2 of 3 members,…",
      "   Sites up (web 3/3). Next: look at why it stopped (journalctl",
      "   -u mariadb on web3); do not take another member out",
    ]);
  });

  it("has always as many lines as asked, and marks what had no room", () => {
    const short = headlineLines(pictureOf({ memberLost: "web3" }), 40, 3, theme).map((line) =>
      plainText(line).trimEnd(),
    );
    expect(short).toHaveLength(3);
    expect(short[2]).toMatch(/…$/);
  });

  it("counts notes, which are no reason not to say that all is well", () => {
    const note = { id: "a.b", severity: "info", subject: "web1", text: "6 upgrades wait", evidence: [] } as const;
    const stories = [{ root: note, severity: "info", consequences: [] }] as const;
    const [first = []] = headlineLines({ ...pictureOf(), overall: "info", stories }, 80, 3, theme);
    expect(plainText(first).trimEnd()).toBe(" ● all well · 1 note");
  });
});

describe("painting", () => {
  it("writes no colour without colour, but still shows the cursor and what is strong", () => {
    const mono = themeFor({ colour: false, ascii: false });
    const line = [strong("web3"), { text: "down", tone: "critical" } as const, { text: "4m", tone: "dim" } as const];
    expect(paint(line, mono)).toBe("\u001b[1mweb3\u001b[0m\u001b[1mdown\u001b[0m\u001b[2m4m\u001b[0m");
    expect(paint(underCursor(line), mono)).toContain("\u001b[7m");
    expect(paint(line, theme)).toContain("\u001b[1;31mdown");
  });
});
