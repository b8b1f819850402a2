import { expect, it } from "vitest";
import type { SystemPicture } from "../../src/watch/picture.ts";
import { hostsFrom, tablesOf } from "../../src/ui/hosts.ts";
import { pictureOf } from "./fixtures/picture.ts";

it("the last hour's figures stand below a pane's tables when it fills the screen, and nowhere else", () => {
  const picture = pictureOf();
  const trends = { id: "trends", title: "last hour", columns: [], rows: [] };
  for (const system of picture.systems) {
    const withTrends: SystemPicture = { ...system, pane: { ...system.pane, more: [trends] } };
    const ids = (zoomed: boolean) => tablesOf(hostsFrom(picture), withTrends, zoomed).map(({ id }) => id);
    expect(ids(true).at(-1)).toBe("trends");
    expect(ids(false)).not.toContain("trends");
  }
});
