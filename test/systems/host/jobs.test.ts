import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { jobUnit, startJob } from "../../../src/systems/host/jobs.ts";
import { parseJobLines, parseJobStart, parseJobState } from "../../../src/systems/host/parse-job.ts";
import { harmfulIn } from "../hostile.ts";
import { anyText, hostReply } from "../kit.ts";
import { clean } from "../../../src/connect/clean.ts";

/** As systemd 252 prints it: in an order of its own. */
const show = (load: string, active: string, sub: string, result = "success", status = 0) =>
  hostReply(`Result=${result}\nExecMainStatus=${status}\nLoadState=${load}\nActiveState=${active}\nSubState=${sub}\n`);

describe("how a job stands", () => {
  test.each([
    [show("loaded", "active", "running"), { state: "running" }],
    [show("loaded", "activating", "start"), { state: "running" }],
    [show("loaded", "active", "exited"), { state: "ended-well" }],
    [show("loaded", "failed", "failed", "exit-code", 100), { state: "failed", result: "exit-code", status: 100 }],
    [show("loaded", "failed", "failed", "signal", 9), { state: "failed", result: "signal", status: 9 }],
    [show("not-found", "inactive", "dead"), { state: "absent" }],
  ])("%#", (reply, expected) => {
    expect(parseJobState(reply)).toEqual({ ok: true, value: expected });
  });

  test("half an answer is no answer", () => {
    expect(parseJobState(hostReply("LoadState=loaded\n"))).toMatchObject({ ok: false, reason: "unreadable" });
    expect(parseJobState(hostReply("", "Failed to connect to bus\n", 1))).toMatchObject({
      ok: false,
      problem: "Failed to connect to bus",
    });
  });

  test("whatever the bytes, it never throws and lets nothing harmful through", () => {
    fc.assert(
      fc.property(anyText, anyText, fc.nat(255), (stdout, stderr, exitCode) => {
        const reply = hostReply(clean(stdout), clean(stderr), exitCode);
        for (const answer of [parseJobState(reply), parseJobLines(reply), parseJobStart(reply)])
          expect(harmfulIn(answer)).toEqual([]);
      }),
    );
  });
});

describe("starting", () => {
  test("one name, one job: what is there already was begun before", () => {
    const twice =
      "Failed to start transient service unit: Unit midwatch-a.service was already loaded or has a fragment file.";
    expect(parseJobStart(hostReply("", twice, 1))).toEqual({ ok: true, value: "there already" });
    expect(parseJobStart(hostReply("", "Failed to connect to bus", 1))).toMatchObject({ ok: false });
  });

  test("a unit's name holds nothing that systemd would refuse", () => {
    expect(jobUnit("upgrade", "4f1a", "packages web2.example")).toBe(
      "midwatch-upgrade-4f1a-packages-web2.example.service",
    );
  });

  test("the program comes after everything that is systemd-run's own", () => {
    const argv = startJob.argv({
      unit: "midwatch-a.service",
      about: "upgrade of web2",
      argv: ["/usr/bin/apt-get", "-y", "dist-upgrade"],
      environment: { DEBIAN_FRONTEND: "noninteractive" },
    });
    expect(argv.slice(argv.indexOf("--"))).toEqual(["--", "/usr/bin/apt-get", "-y", "dist-upgrade"]);
    expect(argv).toContain("--setenv=DEBIAN_FRONTEND=noninteractive");
  });
});
