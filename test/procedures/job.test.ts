import { expect, it } from "vitest";
import { jobEnded } from "../../src/procedures/job.ts";
import type { Reads } from "../../src/procedures/procedure.ts";
import { hostReply, shop } from "../systems/kit.ts";
import { pictureOf } from "../ui/fixtures/picture.ts";

const UNIT = "midwatch-upgrade-x-web1.service";

/** As apt left it on a full disk. */
const FULL = [
  "Unpacking mariadb-backup (1:10.11.19-0+deb12u1) over (1:10.11.18-0+deb12u1) ...",
  "dpkg: error processing archive /srv/apt/security/./mariadb-backup_1_10.11.19-0+deb12u1_amd64.deb (--unpack):",
  " cannot copy extracted data for './usr/bin/mariadb-backup': failed to write (No space left on device)",
  "Errors were encountered while processing:",
  " /srv/apt/security/./mariadb-backup_1_10.11.19-0+deb12u1_amd64.deb",
  "E: Sub-process /usr/bin/dpkg returned an error code (1)",
  `${UNIT}: Main process exited, code=exited, status=100/n/a`,
  `${UNIT}: Failed with result 'exit-code'.`,
];

const failed: Reads = {
  ask: async (_target, { commandId }) => ({
    ok: true,
    reply: hostReply(
      commandId === "host.job_state"
        ? "LoadState=loaded\nActiveState=failed\nSubState=failed\nResult=exit-code\nExecMainStatus=100\n"
        : `${FULL.join("\n")}\n`,
    ),
  }),
};

it("says why it failed, not only that it did", async () => {
  const job = { host: "web1", unit: UNIT, about: "", argv: ["/usr/bin/apt-get"], wanted: "", deadlineMs: 1_000 };
  const look = jobEnded(job).watch(failed);
  const view = { cluster: shop, picture: pictureOf(), freshAfterMs: 0 };
  await expect.poll(() => look(view).state).toBe("closed");
  expect(look(view).value).toMatch(/^ended with exit code 100: dpkg: error processing .*No space left on device/);
});
