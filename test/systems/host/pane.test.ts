import { describe, expect, test } from "vitest";
import { host } from "../../../src/systems/host/index.ts";
import { DOWN, hostReply, lines, lookAt, summaryText } from "../kit.ts";

const VITALS = `/proc/loadavg:0.84 0.12 0.09 1/120 1796
/proc/uptime:1366.87 2538.60
/proc/meminfo:MemTotal:       24684092 kB
/proc/meminfo:MemAvailable:   12060176 kB
/proc/meminfo:SwapTotal:             0 kB
/proc/meminfo:SwapFree:              0 kB
/sys/devices/system/cpu/online:0-1
/proc/1/stat:1 (systemd) S 0 0 0 0 -1 4194560 49528 3319962 0 322 118 392 4131 2225 20 0 13 0 10024 53358592 5034 18446744073709551615 1 1
`;

describe("hosts pane", () => {
  test("an unreachable host is a row with the reason in words", () => {
    const { pane, findings, facts } = lookAt(
      host,
      { "host.vitals@web1": hostReply(VITALS, "", 2), "host.clock@web1": hostReply("1800000000.350000000\n") },
      { links: { web2: DOWN } },
    );
    expect(lines(pane.tables[0])).toMatchInlineSnapshot(`
      [
        "host | state | up | reboot | updates | sec | failed | disk | mem | swap | load/core | clock | rtt",
        "web1 | up | 21m | … | … | … | … | … | 51% | - | 0.4 | +351 ms | 2 ms",
        "web2 | no answer: network | … | … | … | … | … | … | … | … | … | … | ?",
        "web3 | up | … | … | … | … | … | … | … | … | … | … | 2 ms",
        "lb1 | up | … | … | … | … | … | … | … | … | … | … | 2 ms",
      ]
    `);
    expect(summaryText(pane)).toMatchInlineSnapshot(
      `"web2 no answer (network) · 3/4 hosts · highest load 0.4, memory 51%"`,
    );
    expect(findings).toMatchInlineSnapshot(`
      [
        {
          "evidence": [],
          "host": "web2",
          "id": "host.unreachable",
          "next": "see whether you reach it: ssh web2",
          "severity": "unknown",
          "subject": "web2",
          "text": "web2 cannot be asked (network, 12s): what runs on it is not known",
        },
      ]
    `);
    expect(host.factsSchema.safeParse(facts).error).toBeUndefined();
  });
});
