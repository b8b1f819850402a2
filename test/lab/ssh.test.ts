import path from "node:path";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { labDirs } from "../../lab/dirs.ts";
import { cableOf } from "../../lab/hosts/network.ts";
import { inHost } from "../../lab/hosts/process.ts";
import { run } from "../../lab/machine/exec.ts";
import { balancer, masterHost, type LabHost } from "../../lab/topology.ts";
import { openSshSessions, type SshSessions } from "../../src/connect/ssh/sessions.ts";
import { askAll, linkWhere, question, said } from "../connect/ssh/bed.ts";
import { cluster, host } from "../connect/ssh/make.ts";

/** SSH against the real sshd and the real sudo; needs `npm run lab up`. */
const dirs = labDirs(process.env);
const open: SshSessions[] = [];
afterEach(async () => {
  for (const sessions of open.splice(0)) await sessions.close();
});

const sessionsTo = (user: "ops" | "viewer", port: number, ...hosts: readonly LabHost[]): SshSessions => {
  const base = { user, port, key: path.join(dirs.keys, user), knownHosts: [dirs.knownHosts] };
  const sessions = openSshSessions(cluster(hosts.map(({ name, address }) => host({ name, address, ...base }))));
  open.push(sessions);
  return sessions;
};

describe("a real host", () => {
  test("answers in both lanes, as the account and as root", async () => {
    const sessions = sessionsTo("ops", 22, masterHost);
    const asks = (["batch", "own"] as const).flatMap((lane) => [
      question(["hostname"], { lane }),
      question(["/usr/bin/id", "-un"], { lane }),
      question(["/usr/bin/id", "-un"], { lane, root: true }),
    ]);
    const expected = [`${masterHost.name}\n`, "ops\n", "root\n"];
    expect((await askAll(sessions, masterHost.name, asks)).map(said)).toEqual([...expected, ...expected]);
  });

  test("whose sudo refuses says what to allow", async () => {
    const sessions = sessionsTo("viewer", 22, masterHost);
    const [outcome] = await askAll(sessions, masterHost.name, [question(["/usr/bin/id", "-u"], { root: true })]);
    expect(outcome).toMatchObject({
      ok: false,
      reason: "privilege",
      fix: "allow it in sudoers: viewer ALL=(root) NOPASSWD: /usr/bin/id -u",
    });
  });

  test("lets a hung root command cost only itself, and nothing of it stays", async () => {
    const sessions = sessionsTo("ops", 22, masterHost);
    const hung = ["/usr/bin/sleep", "987"];
    const outcomes = await askAll(sessions, masterHost.name, [
      question(hung, { root: true, deadlineMs: 1500 }),
      question(hung, { root: true, deadlineMs: 1500, lane: "own" }),
      question(["echo", "after"], { deadlineMs: 1500 }),
    ]);
    expect(outcomes.map(said)).toEqual(["timeout", "timeout", "after\n"]);
    await expect
      .poll(() => inHost(masterHost, "pgrep -fc '^/usr/bin/sleep 987' || true"), { timeout: 10_000 })
      .toBe("0");
  });

  test("leads to its unix sockets, and says when it does not", async () => {
    const sessions = sessionsTo("ops", 22, balancer);
    const forwarded = await sessions.forward(balancer.name, { socketPath: "/run/haproxy/admin.sock" }, 5000);
    if (!forwarded.ok) throw new Error(forwarded.detail);
    forwarded.stream.end("show version\n");
    expect(String((await forwarded.stream.toArray())[0])).toMatch(/^2\./);
    expect(await sessions.forward(balancer.name, { socketPath: "/run/none" }, 5000)).toMatchObject({
      ok: false,
      reason: "refused",
      detail: expect.stringContaining("/run/none cannot be opened"),
    });
    expect(await sessions.forward(balancer.name, { host: "127.0.0.1", port: 1 }, 5000)).toMatchObject({
      ok: false,
      reason: "refused",
    });
  });

  test("whose cable is pulled is unreachable, and comes back by itself", async () => {
    const sessions = sessionsTo("ops", 22, balancer, masterHost);
    await askAll(sessions, balancer.name, [question(["true"])]);
    try {
      await run(["ip", "link", "set", cableOf(balancer), "down"]);
      const [cut] = await askAll(sessions, balancer.name, [question(["true"], { deadlineMs: 600_000 })]);
      expect(cut).toMatchObject({ ok: false, reason: "unreachable", detail: expect.stringContaining("nothing heard") });
      expect((await askAll(sessions, masterHost.name, [question(["echo", "here"])])).map(said)).toEqual(["here\n"]);
    } finally {
      await run(["ip", "link", "set", cableOf(balancer), "up"]);
    }
    await linkWhere(sessions, balancer.name, "up");
    expect((await askAll(sessions, balancer.name, [question(["echo", "back"])])).map(said)).toEqual(["back\n"]);
  });
});

describe("a strict sshd", () => {
  const port = 2222;
  const pidFile = "/run/midwatch-strict-sshd.pid";
  const startStrict = async (...options: readonly string[]): Promise<void> => {
    await stopStrict();
    await inHost(
      balancer,
      `/usr/sbin/sshd -p ${port} ${options.map((each) => `-o ${each}`).join(" ")} -o PidFile=${pidFile}`,
    );
  };
  const stopStrict = async (): Promise<string> =>
    inHost(
      balancer,
      `[ ! -f ${pidFile} ] || { kill $(cat ${pidFile}) && while [ -f ${pidFile} ]; do sleep 0.05; done; }`,
    );
  afterAll(stopStrict);

  test("that forbids tunnels is told with the setting", async () => {
    await startStrict("AllowTcpForwarding=no", "AllowStreamLocalForwarding=no");
    const sessions = sessionsTo("ops", port, balancer);
    expect(await sessions.forward(balancer.name, { host: "127.0.0.1", port: 22 }, 5000)).toMatchObject({
      reason: "privilege",
      fix: expect.stringContaining("AllowTcpForwarding"),
    });
    expect(await sessions.forward(balancer.name, { socketPath: "/run/haproxy/admin.sock" }, 5000)).toMatchObject({
      ok: false,
      fix: expect.stringContaining("AllowStreamLocalForwarding"),
    });
  });

  test("that opens too few sessions is told with the setting, and the shell still answers", async () => {
    await startStrict("MaxSessions=1");
    const sessions = sessionsTo("ops", port, balancer);
    expect((await askAll(sessions, balancer.name, [question(["echo", "one"])])).map(said)).toEqual(["one\n"]);
    const [own] = await askAll(sessions, balancer.name, [question(["true"], { lane: "own" })]);
    expect(own).toMatchObject({ ok: false, reason: "failed", fix: expect.stringContaining("MaxSessions") });
    expect((await askAll(sessions, balancer.name, [question(["echo", "two"])])).map(said)).toEqual(["two\n"]);
  });

  test("that lets nobody in by key says what it takes", async () => {
    await startStrict("PubkeyAuthentication=no", "PasswordAuthentication=yes");
    const sessions = sessionsTo("ops", port, balancer);
    expect(await linkWhere(sessions, balancer.name, "down")).toMatchObject({
      reason: "auth",
      detail: expect.stringContaining("the server takes password"),
      fix: expect.stringContaining("PubkeyAuthentication"),
    });
  });

  test("that wants more than a key says so", async () => {
    await startStrict("AuthenticationMethods=publickey,password", "PasswordAuthentication=yes");
    const sessions = sessionsTo("ops", port, balancer);
    expect(await linkWhere(sessions, balancer.name, "down")).toMatchObject({
      reason: "auth",
      fix: expect.stringContaining("more than a key"),
    });
  });

  test("that forces a command says that there is no shell", async () => {
    await startStrict("ForceCommand='echo not here'");
    const sessions = sessionsTo("ops", port, balancer);
    const [outcome] = await askAll(sessions, balancer.name, [question(["true"])]);
    expect(outcome).toMatchObject({ ok: false, reason: "failed", detail: expect.stringContaining("not here") });
  });
});
