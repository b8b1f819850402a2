import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { Ask } from "../../src/connect/command.ts";
import { auditPath, openAudit } from "../../src/record/audit.ts";
import { parseLine, readLines } from "../../src/record/lines.ts";

const ASK: Ask<"change"> = {
  commandId: "haproxy.set_server_state",
  kind: "haproxy",
  effect: "change",
  privilege: { need: "haproxy", level: "admin" },
  deadlineMs: 1_000,
  send: { kind: "haproxy", line: "set server web/web2 state drain" },
  parse: () => ({ ok: true, value: undefined }),
};

it("the audit says who sent what, where, why and with what result; what is concealed stays out", async () => {
  const folder = await mkdtemp(join(tmpdir(), "midwatch-audit-"));
  const audit = await openAudit(folder, {
    cluster: "shop",
    role: "operator",
    reason: "kernel\u001b[31m",
    procedure: "p1",
  });
  const order = { target: "lb1", ask: ASK, about: { step: "drain", action: "a", undo: false } };
  await audit.before(order);
  await audit.after(order, { state: "failed", why: "HAProxy says: no" });
  await audit.before({ target: "lb1", ask: { ...ASK, conceal: "it names a session" } });
  await audit.event({ what: "refused", detail: "you are a viewer", host: "web2" });
  await audit.close();
  const entries = (await readLines(auditPath(folder))).map((line) => parseLine(line));
  expect(entries).toMatchObject([
    {
      what: "sending",
      host: "lb1",
      arguments: "set server web/web2 state drain",
      cluster: "shop",
      role: "operator",
      procedure: "p1",
      step: "drain",
    },
    { what: "sent", result: "failed", detail: "HAProxy says: no" },
    { what: "sending", arguments: "(not kept)" },
    { what: "refused", host: "web2", detail: "you are a viewer" },
  ]);
  expect(JSON.stringify(entries)).not.toContain("\\u001b");
});
