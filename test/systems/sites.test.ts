import { describe, expect, test } from "vitest";
import { sitesWith, type PageTrouble, type Sites } from "../../src/systems/sites.ts";

const up: Sites = {
  text: "Sites up (web 2/3)",
  severity: "warning",
  serving: { hosts: ["web1", "web2"], tally: "web 2/3" },
};
const fails = (host: string): PageTrouble => ({ host, words: "health page 500", severity: "warning" });

describe("the sites and their pages", () => {
  test("are as the load balancers say while no page fails, or only one that gets no visitors", () => {
    expect(sitesWith(up, [])).toBe(up);
    expect(sitesWith(up, [fails("web3")])).toBe(up);
  });

  test("are not called up where visitors are sent to a page that fails", () => {
    expect(sitesWith(up, [fails("web2")])).toMatchObject({
      text: "Sites fail on web2: health page 500 (web 2/3)",
      severity: "warning",
    });
    const source: PageTrouble = { host: "web1", words: "PHP shown as source", severity: "critical" };
    expect(sitesWith(up, [source])).toMatchObject({ severity: "critical" });
  });

  test("fail where every page that gets visitors does, by what is wrong everywhere if that is known", () => {
    const all = [fails("web1"), fails("web2")];
    expect(sitesWith(up, all)).toMatchObject({ text: "Sites FAIL: health page 500 (web 2/3)", severity: "critical" });
    const sessions: PageTrouble = { words: "no sessions, nobody can log in", severity: "critical" };
    expect(sitesWith(up, [...all, sessions])?.text).toBe("Sites FAIL: no sessions, nobody can log in (web 2/3)");
    expect(sitesWith(up, [sessions])?.text).toBe("Sites: no sessions, nobody can log in (web 2/3)");
  });

  test("stay as they are where they are down or not known anyway", () => {
    const down: Sites = { text: "Sites DOWN (web 0/3)", severity: "critical" };
    expect(sitesWith(down, [fails("web1")])).toBe(down);
    expect(sitesWith(undefined, [fails("web1")])).toBeUndefined();
  });
});
