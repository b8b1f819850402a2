import { describe, expect, test } from "vitest";
import { haproxy } from "../../../src/systems/haproxy/index.ts";
import { AT_MS, haproxyReply, lookAt, recorded } from "../kit.ts";

const DRAINED = recorded("haproxy", "web1-drain.web2-maint.show-stat.txt");
const HEALTHY = recorded("haproxy", "healthy.show-stat.txt");

/** Sessions (`scur`) of web/web1 at each of these times, the last one now. */
const look = (...sessions: readonly (readonly [agoMs: number, sessions: number, text?: string])[]) => {
  const answers = sessions.map(([agoMs, count, text = DRAINED]) => ({
    ...haproxyReply(text.replace(/^(web,web1,\d+,\d+,)\d+,/m, `$1${count},`)),
    receivedAtMs: AT_MS - agoMs,
  }));
  const { facts, findings } = lookAt(haproxy, {
    "haproxy.stat@lb1": answers,
    "haproxy.servers_state@lb1": haproxyReply(recorded("haproxy", "web1-drain.web2-maint.show-servers-state.txt")),
  });
  const view = facts.proxies.find(({ proxy }) => proxy === "web")?.servers[0]?.views[0]?.view;
  const text = findings.find(({ id, subject }) => id === "haproxy.drained" && subject === "web/web1")?.text;
  return { drain: view?.state === "known" ? view.value.drain : undefined, text, facts };
};

describe("the end of a drain", () => {
  test("by how the sessions became fewer in the last minute", () => {
    const { drain, text, facts } = look([40_000, 77], [20_000, 57], [0, 37]);
    expect(drain).toMatchObject({ state: "known", value: { emptyInMs: 37_000 } });
    expect(text).toMatch(/, 37 sessions left, none in about 37s$/);
    expect(haproxy.factsSchema.parse(facts)).toEqual(facts);
  });

  test("is not told while they do not become fewer", () => {
    expect(look([40_000, 3], [0, 3])).toMatchObject({ drain: { value: {} } });
    expect(look([40_000, 3], [0, 4]).text).toMatch(/, 4 sessions left, and no fewer$/);
  });

  test("needs history of this drain: what ended before says nothing", () => {
    expect(look([0, 1]).text).toMatch(/, 1 session left \(not enough history for when they end\)$/);
    expect(look([40_000, 90, HEALTHY], [2_000, 20], [0, 20]).drain).toMatchObject({
      state: "unknown",
      detail: "not enough history",
    });
  });

  test("has come when none is left", () => {
    expect(look([0, 0])).toMatchObject({ drain: { value: { emptyInMs: 0 } } });
    expect(look([0, 0]).text).not.toContain("left");
  });

  test("is no question for a server that is not drained", () => {
    expect(look([0, 3, HEALTHY]).drain).toBeUndefined();
  });
});
