import { describe, expect, test } from "vitest";
import type { Ask } from "../../src/connect/command.ts";
import type { Gate, GateValue, Reads } from "../../src/procedures/procedure.ts";
import { configurationPasses } from "../../src/procedures/restart/gates.ts";
import { configPasses } from "../../src/procedures/upgrade/gates.ts";
import { hostReply, recorded, shop } from "../systems/kit.ts";
import { pictureOf } from "../ui/fixtures/picture.ts";

const VIEW = { cluster: shop, picture: pictureOf(), freshAfterMs: 0 };
const NO_CERTIFICATE =
  "AH00526: Syntax error on line 5 of /etc/apache2/sites-enabled/shop.conf:\n" +
  "SSLCertificateFile: file '/etc/letsencrypt/live/shop/cert.pem' does not exist or is empty\n" +
  "Action '-t' failed.\nThe Apache error log may have more information.\n";

/** A host where the list of modules is printed with exit code 0 whatever becomes of the files it names. */
const hostWhere = (stderr: string, exitCode: number): Reads => ({
  ask: async (_target, { send, privilege }: Ask<"read">) => {
    const words = send.kind === "host" ? send.argv.join(" ") : "";
    const asRoot = privilege.need === "root" && words === "/usr/sbin/apache2ctl -t";
    const reply = asRoot ? hostReply("", stderr, exitCode) : hostReply(recorded("web", "config.lab.txt"));
    return { ok: true, reply };
  },
});

const said = async (gate: Gate, reads: Reads): Promise<GateValue> => {
  const look = gate.watch(reads);
  look(VIEW);
  await new Promise((resolve) => void setImmediate(resolve));
  return look(VIEW);
};

describe.each([
  ["a restart", configurationPasses("web2", "apache2")],
  ["an upgrade", configPasses("web2")],
])("before %s", (_, gate) => {
  test("a certificate that is not there closes the gate", async () => {
    expect(await said(gate, hostWhere(NO_CERTIFICATE, 1))).toStrictEqual({
      state: "closed",
      value:
        "AH00526: Syntax error on line 5 of /etc/apache2/sites-enabled/shop.conf: " +
        "SSLCertificateFile: file '/etc/letsencrypt/live/shop/cert.pem' does not exist or is empty",
    });
  });

  test("all there opens it", async () => {
    expect(await said(gate, hostWhere("Syntax OK\n", 0))).toMatchObject({ state: "open" });
  });
});
