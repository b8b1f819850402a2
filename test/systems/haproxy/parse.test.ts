import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { adminState } from "../../../src/systems/haproxy/admin-state.ts";
import { checkWords } from "../../../src/systems/haproxy/check-words.ts";
import { parseCsv } from "../../../src/systems/haproxy/csv.ts";
import { parseInfo } from "../../../src/systems/haproxy/parse-info.ts";
import { parseServersState } from "../../../src/systems/haproxy/parse-servers-state.ts";
import { parseStat } from "../../../src/systems/haproxy/parse-stat.ts";
import { parseStateFile } from "../../../src/systems/haproxy/parse-state-file.ts";
import { anyText, haproxyReply, HARMFUL, hostReply, recorded, textsIn } from "../kit.ts";

const reply = (file: string) => haproxyReply(recorded("haproxy", file));

describe("show stat", () => {
  test("reads servers and both sides of every proxy", () => {
    const answer = parseStat(reply("healthy.show-stat.txt"));
    if (!answer.ok) throw new Error(answer.problem);
    expect([...answer.value.servers.keys()]).toEqual([
      "web/web1",
      "web/web2",
      "web/web3",
      "mysql/web1",
      "mysql/web2",
      "mysql/web3",
    ]);
    expect(answer.value.sides.map(({ proxy, side }) => `${proxy} ${side}`)).toEqual([
      "shop frontend",
      "web backend",
      "mysql frontend",
      "mysql backend",
      "stats frontend",
    ]);
    expect(answer.value.servers.get("mysql/web2")).toMatchObject({
      state: "up",
      backup: true,
      weight: 1,
      check: { code: "L7OK", words: "ok 200", passed: true, tookMs: 24 },
      forMs: 125_000,
    });
    expect(answer.value.servers.get("web/web1")).toMatchObject({ sessionLimit: 64, responses: 179, responses5xx: 0 });
  });

  test("the statistics page says the same as the socket", () => {
    const socket = parseStat(reply("healthy.show-stat.txt"));
    const page = parseStat(reply("healthy.stats-page.csv"));
    if (!socket.ok || !page.ok) throw new Error("not read");
    expect([...page.value.servers.keys()]).toEqual([...socket.value.servers.keys()]);
    expect(page.value.sides.map(({ proxy }) => proxy)).toEqual(socket.value.sides.map(({ proxy }) => proxy));
  });

  test("every state a server can be in", () => {
    const answer = parseStat(reply("every-state.show-stat.txt"));
    if (!answer.ok) throw new Error(answer.problem);
    const shown = [...answer.value.servers].map(
      ([name, { state, weight, check }]) => `${name} ${state} ${weight} ${check?.words ?? "-"}`,
    );
    expect(shown).toEqual([
      "web/web1 up 1 ok 200",
      "web/web2 draining 1 ok 200",
      "web/web3 down 1 answers 503",
      "web/web4 down 1 connection refused",
      "web/web5 maintenance 1 -",
      "web/web6 unchecked 1 -",
      "web/web7 up 0 ok 200",
      "mysql/web1 up 1 ok",
      "mysql/web2 maintenance 1 -",
      "mysql/web3 down 1 network is unreachable",
    ]);
  });

  test.each([
    ["UP 1/3", "up"],
    ["DOWN 1/2", "down"],
    ["DOWN (agent)", "down"],
    ["NOLB", "draining"],
    ["MAINT (via web/web1)", "maintenance"],
    ["MAINT (resolution)", "maintenance"],
  ])("%s is %s", (status, state) => {
    const header = "# pxname,svname,status,type,scur,weight,bck\n";
    const answer = parseStat(haproxyReply(`${header}web,web1,${status},2,0,1,0\n`));
    expect(answer.ok && answer.value.servers.get("web/web1")?.state).toBe(state);
  });

  test("a check that is under way shows the one before", () => {
    const text = "# pxname,svname,status,type,scur,weight,bck,check_status\nweb,web1,UP,2,0,1,0,* L7OK\n";
    const answer = parseStat(haproxyReply(text));
    expect(answer.ok && answer.value.servers.get("web/web1")?.check?.code).toBe("L7OK");
  });

  test.each([
    ["", "failed"],
    ["Permission denied\n\n", "privilege"],
    [recorded("haproxy", "unknown-command.txt"), "missing"],
    ["<html>503</html>", "unreadable"],
  ])("%# is an error with a reason", (text, reason) => {
    const answer = parseStat(haproxyReply(text));
    expect(answer.ok ? "read" : answer.reason).toBe(reason);
  });

  test("quoted fields hold commas, quotes and line breaks", () => {
    expect(parseCsv('a,"b,""c""\nd",e\n\nf\n')).toEqual([["a", 'b,"c"\nd', "e"], ["f"]]);
  });
});

describe("show servers state", () => {
  test("reads the bits by proxy and server", () => {
    const answer = parseServersState(reply("web1-drain.web2-maint.show-servers-state.txt"));
    if (!answer.ok) throw new Error(answer.problem);
    expect(Object.fromEntries(Array.from(answer.value, ([name, { bits }]) => [name, bits]))).toEqual({
      "web/web1": 8,
      "web/web2": 1,
      "web/web3": 0,
      "mysql/web1": 0,
      "mysql/web2": 0,
      "mysql/web3": 0,
    });
  });

  test("a reply cut short is an error, not a server without state", () => {
    const text = recorded("haproxy", "healthy.show-servers-state.txt");
    const answer = parseServersState(haproxyReply(text.slice(0, text.lastIndexOf(" web3 ") + 8)));
    expect(answer.ok).toBe(false);
  });

  test("bits in words", () => {
    expect(adminState(0)).toEqual({ maintenance: false, drain: false, by: [] });
    expect(adminState(0x08)).toEqual({ maintenance: false, drain: true, by: ["by hand"] });
    expect(adminState(0x05).by).toEqual(["by its configuration"]);
    expect(adminState(0x02)).toMatchObject({ maintenance: true, by: ["with the server it tracks"] });
    expect(adminState(0x20)).toMatchObject({ maintenance: true, by: ["because its name does not resolve"] });
  });
});

test("show info", () => {
  const answer = parseInfo(reply("healthy.show-info.txt"));
  expect(answer).toMatchObject({
    ok: true,
    value: { version: "2.6.12-1+deb12u3", connectionLimit: 2_000, stopping: false },
  });
  expect(parseInfo(haproxyReply("Name: HAProxy\n")).ok).toBe(false);
});

describe("server-state-file", () => {
  const both = "  server-state-file /var/lib/haproxy/server-state\n  load-server-state-from-file global\n";
  test.each([
    ["named and loaded", hostReply(both), { file: true, loads: true, path: "/var/lib/haproxy/server-state" }],
    [
      "below a base",
      hostReply(
        "server-state-base /etc/haproxy/states/\nserver-state-file global\nload-server-state-from-file global\n",
      ),
      { file: true, loads: true, path: "/etc/haproxy/states/global" },
    ],
    [
      "one for each backend: there is no one file to write",
      hostReply("server-state-base /etc/haproxy/states\n  load-server-state-from-file local\n"),
      { file: true, loads: true },
    ],
    ["neither", hostReply("", "", 1), { file: false, loads: false }],
    ["loaded from none", hostReply("  load-server-state-from-file none\n"), { file: false, loads: false }],
  ])("%s", (_, given, value) => {
    expect(parseStateFile(given)).toEqual({ ok: true, value });
  });
  test("an unreadable configuration is not one without", () => {
    const given = hostReply("", "grep: /etc/haproxy/haproxy.cfg: Permission denied\n", 2);
    expect(parseStateFile(given)).toMatchObject({ ok: false, reason: "privilege" });
  });
});

test("whatever a socket sends: a value or an error in harmless words", () => {
  const header = "# pxname,svname,status,type,scur,weight,bck,check_status,check_code,last_chk\n";
  const states = "1\n# be_name srv_name srv_admin_state\n";
  fc.assert(
    fc.property(anyText, fc.constantFrom("", header, `${header}web,`, states), (text, start) => {
      const given = haproxyReply(start + text);
      for (const parse of [parseStat, parseServersState, parseInfo])
        for (const each of textsIn(parse(given))) expect(each).not.toMatch(HARMFUL);
      for (const each of textsIn(parseStateFile(hostReply(text, text, 2)))) expect(each).not.toMatch(HARMFUL);
    }),
  );
});

test("unknown check codes are shown as they are", () => {
  expect(checkWords("L9NEW", undefined, "")).toBe("L9NEW");
});
