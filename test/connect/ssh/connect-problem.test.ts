import { describe, expect, test } from "vitest";
import {
  closedEarly,
  handshakeProblem,
  outOfTime,
  socketProblem,
  throughJump,
} from "../../../src/connect/ssh/connect-problem.ts";
import type { Hop } from "../../../src/connect/ssh/hop.ts";

const hop: Hop = {
  name: "web1",
  address: "10.0.0.1",
  port: 22,
  family: 0,
  user: "ops",
  keyName: { kind: "address", host: "10.0.0.1", port: 22 },
  identities: { files: [], only: false },
  knownHosts: { files: [], hash: false },
  connectDeadlineMs: 10_000,
};

const socketError = (code: string): Error => Object.assign(new Error(`connect ${code}`), { code });

describe("a host that cannot be reached", () => {
  test.each([
    ["ECONNREFUSED", "refused", "web1: 10.0.0.1:22 refuses connections"],
    ["EHOSTUNREACH", "unreachable", "web1: no route to 10.0.0.1:22"],
    ["ENETUNREACH", "unreachable", "web1: no route to 10.0.0.1:22"],
    ["ENOTFOUND", "unreachable", "web1: the name 10.0.0.1 is not found"],
    ["EAI_AGAIN", "unreachable", "web1: the name 10.0.0.1 is not found"],
    ["ETIMEDOUT", "unreachable", "web1: no answer from 10.0.0.1:22"],
    ["ECONNRESET", "refused", "web1: 10.0.0.1:22 cut the connection"],
    ["EWEIRD", "unreachable", "web1: 10.0.0.1:22: connect EWEIRD"],
  ])("%s", (code, reason, detail) => {
    expect(socketProblem(hop, socketError(code))).toMatchObject({ reason, detail, fix: expect.any(String) });
    const late = Object.assign(socketError(code), { level: "client-socket" });
    expect(handshakeProblem(hop, "handshake", late)).toMatchObject({ reason, detail });
  });

  test.each([
    ["dial", "unreachable", "web1: no answer from 10.0.0.1:22 within 10 s"],
    ["greeting", "timeout", "web1: 10.0.0.1:22 accepts connections but said nothing for 10 s"],
    ["handshake", "timeout", "web1: the handshake with 10.0.0.1:22 took longer than 10 s"],
    ["login", "timeout", "web1: the login with 10.0.0.1:22 took longer than 10 s"],
  ] as const)("out of time at the %s", (phase, reason, detail) => {
    expect(outOfTime(hop, phase)).toMatchObject({ reason, detail });
  });

  test.each([
    ["Handshake failed: no matching key exchange algorithm", "failed"],
    ["Too many authentication failures", "auth"],
    ["Invalid identification string", "failed"],
    ["Connection lost before handshake", "refused"],
    ["Something \u001b[2Jelse", "failed"],
  ])("ssh2 says: %s", (message, reason) => {
    const found = handshakeProblem(hop, "handshake", new Error(message));
    expect(found.reason).toBe(reason);
    expect(found.detail).not.toContain("\u001b");
  });

  test("closed without a word: during login it is about the login", () => {
    expect(closedEarly(hop, "greeting").reason).toBe("refused");
    expect(closedEarly(hop, "login").reason).toBe("auth");
  });

  test("through a jump host it is told as the host's", () => {
    const door = socketProblem({ ...hop, name: "door" }, socketError("ECONNREFUSED"));
    expect(throughJump("web1", door).detail).toBe("web1: jump host door: 10.0.0.1:22 refuses connections");
  });
});
