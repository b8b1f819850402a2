import { execFileSync, spawn } from "node:child_process";
import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { HostKeyQuestion, Prompts } from "../../../src/connect/access.ts";
import { fingerprint } from "../../../src/connect/ssh/host-key-blob.ts";
import { askAll, linkWhere, openBed, question, said, type Bed } from "./bed.ts";
import { keyPair, writeKey } from "./keys.ts";

let bed: Bed;
beforeEach(() => {
  bed = openBed();
});
afterEach(async () => bed.close());

interface Person extends Prompts {
  readonly keys: HostKeyQuestion[];
  readonly passphrases: string[];
}

/** Answers as told, and remembers what was asked. */
const person = (hostKey: "once" | "save" | "refuse", passphrases: readonly (string | undefined)[] = []): Person => {
  const keys: HostKeyQuestion[] = [];
  const asked: string[] = [];
  return {
    keys,
    passphrases: asked,
    hostKey: async (asks) => {
      keys.push(asks);
      return hostKey;
    },
    passphrase: async ({ keyPath, attempt }) => {
      asked.push(`${path.basename(keyPath)} ${attempt}`);
      return passphrases[asked.length - 1];
    },
  };
};

describe("host keys", () => {
  test("unknown and nobody to ask: refused, with the fingerprint and the way out", async () => {
    const server = await bed.server();
    const sessions = bed.open([bed.host("web1", { port: server.port })]);
    const link = await linkWhere(sessions, "web1", "down");
    expect(link).toMatchObject({
      reason: "host-key",
      detail: `web1: unknown host key ssh-ed25519 ${fingerprint(server.hostKey.publicBlob)}`,
      fix: expect.stringContaining(`ssh-keyscan -p ${server.port} -t ed25519 127.0.0.1 >>`),
    });
    const [outcome] = await askAll(sessions, "web1", [question(["true"])]);
    expect(outcome).toMatchObject({ ok: false, reason: "host-key", detail: link.detail });
    expect(server.logins()).toBe(0);
  });

  test("unknown and accepted once: connected, nothing written, not asked again at a reconnect", async () => {
    const server = await bed.server();
    const sara = person("once");
    const sessions = bed.open([bed.host("web1", { port: server.port })], sara);
    await linkWhere(sessions, "web1", "up");
    server.cut();
    await linkWhere(sessions, "web1", "down");
    sessions.retry();
    await linkWhere(sessions, "web1", "up");
    expect(sara.keys).toEqual([
      {
        host: "web1",
        address: "127.0.0.1",
        port: server.port,
        keyType: "ssh-ed25519",
        fingerprint: fingerprint(server.hostKey.publicBlob),
      },
    ]);
    expect(readFileSync(path.join(bed.folder, "known_web1"), "utf8")).toBe("");
  });

  test("unknown and saved: known from then on", async () => {
    const server = await bed.server();
    const host = bed.host("web1", { port: server.port });
    await linkWhere(bed.open([host], person("save")), "web1", "up");
    expect(readFileSync(path.join(bed.folder, "known_web1"), "utf8")).toBe(
      `[127.0.0.1]:${server.port} ${server.hostKey.publicLine}\n`,
    );
    await linkWhere(bed.open([host]), "web1", "up");
  });

  test("unknown and refused: not asked again until a person wants to be", async () => {
    const server = await bed.server();
    const sara = person("refuse");
    const sessions = bed.open([bed.host("web1", { port: server.port })], sara);
    const link = await linkWhere(sessions, "web1", "down");
    expect(link).toMatchObject({ reason: "host-key", detail: expect.stringContaining("you refused") });
    sessions.retry();
    await linkWhere(sessions, "web1", "down", ({ nextTryAtMs }) => nextTryAtMs !== link.nextTryAtMs);
    expect(sara.keys).toHaveLength(2);
  });

  test("one question at a time, and one for hosts that share an address", async () => {
    const [first, second] = [await bed.server(), await bed.server()];
    let open = 0;
    let most = 0;
    const asked: string[] = [];
    const slow: Prompts = {
      hostKey: async ({ host }) => {
        asked.push(host);
        open += 1;
        most = Math.max(most, open);
        await new Promise((resolve) => setImmediate(resolve));
        open -= 1;
        return "once";
      },
      passphrase: async () => undefined,
    };
    const hosts = [
      bed.host("a", { port: first.port }),
      bed.host("b", { port: second.port }),
      bed.host("c", { port: first.port }),
    ];
    const sessions = bed.open(hosts, slow);
    await Promise.all(["a", "b", "c"].map(async (name) => linkWhere(sessions, name, "up")));
    expect(most).toBe(1);
    expect(asked).toHaveLength(2);
  });

  test("while a person is asked, asks say so instead of blaming the host", async () => {
    const server = await bed.server();
    const answer = Promise.withResolvers<"once">();
    const asked = Promise.withResolvers<void>();
    const sessions = bed.open([bed.host("web1", { port: server.port })], {
      hostKey: async () => {
        asked.resolve();
        return answer.promise;
      },
      passphrase: async () => undefined,
    });
    await asked.promise;
    const [outcome] = await askAll(sessions, "web1", [question(["true"], { deadlineMs: 50 })]);
    expect(outcome).toMatchObject({ ok: false, reason: "pending", detail: "web1: waits for your answer" });
    answer.resolve("once");
    await linkWhere(sessions, "web1", "up");
  });

  test("changed: refused without asking anybody, with both fingerprints and the line", async () => {
    const server = await bed.server();
    const old = keyPair();
    const sara = person("once");
    const sessions = bed.open([bed.host("web1", { port: server.port, hostKey: old })], sara);
    const { reason, detail, fix } = await linkWhere(sessions, "web1", "down");
    expect(reason).toBe("host-key");
    expect(detail).toContain("HOST KEY CHANGED");
    expect(detail).toContain(fingerprint(server.hostKey.publicBlob));
    expect(detail).toContain(`${fingerprint(old.publicBlob)} (${path.join(bed.folder, "known_web1")}:1)`);
    expect(fix).toContain(`ssh-keygen -R '[127.0.0.1]:${server.port}'`);
    expect(sara.keys).toEqual([]);
    expect(server.logins()).toBe(0);
  });

  test("revoked: refused even when it is also trusted", async () => {
    const server = await bed.server();
    const host = bed.host("web1", server);
    const file = path.join(bed.folder, "known_web1");
    writeFileSync(file, `${readFileSync(file, "utf8")}@revoked * ${server.hostKey.publicLine}\n`);
    const link = await linkWhere(bed.open([host], person("once")), "web1", "down");
    expect(link).toMatchObject({ reason: "host-key", detail: expect.stringContaining(`is revoked (${file}:2)`) });
  });

  test("only an authority: refused, because certificates are not supported yet", async () => {
    const server = await bed.server();
    const host = bed.host("web1", { port: server.port });
    writeFileSync(path.join(bed.folder, "known_web1"), `@cert-authority * ${keyPair().publicLine}\n`);
    const link = await linkWhere(bed.open([host], person("once")), "web1", "down");
    expect(link).toMatchObject({ reason: "host-key", detail: expect.stringContaining("not supported yet") });
  });

  test("a host known by its ecdsa key alone is asked for that one, though it has others", async () => {
    const ecdsa = keyPair("ecdsa");
    const server = await bed.server({ hostKeys: [keyPair("ed25519"), ecdsa] });
    const sessions = bed.open([bed.host("web1", { port: server.port, hostKey: ecdsa })]);
    expect(await linkWhere(sessions, "web1", "up")).toMatchObject({ state: "up" });
  });
});

describe("keys of one's own", () => {
  test.each(["ed25519", "ecdsa", "rsa"] as const)("%s", async (kind) => {
    const key = keyPair(kind);
    const server = await bed.server({ authorized: [key] });
    const file = writeKey(path.join(bed.folder, kind), key);
    const sessions = bed.open([bed.host("web1", server, { key: file })]);
    expect((await askAll(sessions, "web1", [question(["echo", kind])])).map(said)).toEqual([`${kind}\n`]);
  });

  test("a locked key is asked for once, for four hosts, after wrong answers", async () => {
    const key = keyPair("ed25519", "correct horse");
    const server = await bed.server({ authorized: [key] });
    const file = writeKey(path.join(bed.folder, "locked"), key);
    const sara = person("refuse", ["wrong", "correct horse"]);
    const names = ["a", "b", "c", "d"];
    const sessions = bed.open(
      names.map((name) => bed.host(name, server, { key: file })),
      sara,
    );
    await Promise.all(names.map(async (name) => linkWhere(sessions, name, "up")));
    expect(sara.passphrases).toEqual(["locked 1", "locked 2"]);
  });

  test("three wrong passphrases are the end, until a person wants to be asked again", async () => {
    const key = keyPair("ed25519", "correct horse");
    const server = await bed.server({ authorized: [key] });
    const host = bed.host("web1", server, { key: writeKey(path.join(bed.folder, "locked"), key) });
    const sara = person("refuse", ["a", "b", "c", "correct horse"]);
    const sessions = bed.open([host], sara);
    expect(await linkWhere(sessions, "web1", "down")).toMatchObject({
      reason: "auth",
      detail: expect.stringContaining("3 wrong passphrases"),
    });
    sessions.retry();
    await linkWhere(sessions, "web1", "up");
    expect(sara.passphrases).toEqual(["locked 1", "locked 2", "locked 3", "locked 1"]);
  });

  test("a key the server does not want is never unlocked", async () => {
    const server = await bed.server();
    const locked = writeKey(path.join(bed.folder, "locked"), keyPair("ed25519", "correct horse"));
    const sara = person("refuse", ["correct horse"]);
    const sessions = bed.open([bed.host("web1", server, { key: locked })], sara);
    await linkWhere(sessions, "web1", "down");
    expect(sara.passphrases).toEqual([]);
  });

  test("the inventory's passphrase opens a key without asking", async () => {
    const key = keyPair("ed25519", "correct horse");
    const server = await bed.server({ authorized: [key] });
    const secret = path.join(bed.folder, "secret");
    writeFileSync(secret, "correct horse\n", { mode: 0o600 });
    const settings = {
      key: writeKey(path.join(bed.folder, "locked"), key),
      passphrase: { from: "file", path: secret },
    } as const;
    const sessions = bed.open([bed.host("web1", server, settings)]);
    expect(await linkWhere(sessions, "web1", "up")).toMatchObject({ state: "up" });
  });

  test.each([
    ["absent", "there is no such file", undefined],
    ["junk", "not a private key", "nonsense"],
  ])("%s: says what is wrong with the file", async (name, words, text) => {
    const server = await bed.server();
    const file = path.join(bed.folder, name);
    if (text !== undefined) writeFileSync(file, text, { mode: 0o600 });
    const link = await linkWhere(bed.open([bed.host("web1", server, { key: file })]), "web1", "down");
    expect(link.reason).toBe("auth");
    expect(link.detail).toContain(`${file}: `);
    expect(link.detail).toContain(words);
    expect(link.detail).toContain("the server takes publickey");
  });

  test("open to others: refused as OpenSSH does, with the cure", async () => {
    const server = await bed.server();
    chmodSync(bed.keyFile, 0o644);
    const link = await linkWhere(bed.open([bed.host("web1", server)]), "web1", "down");
    expect(link).toMatchObject({ reason: "auth", fix: `chmod 600 '${bed.keyFile}'` });
  });

  test("locked and nobody to ask: says how to go on, and keeps the passphrase's source out of it", async () => {
    const key = keyPair("ed25519", "correct horse");
    const server = await bed.server({ authorized: [key] });
    const file = writeKey(path.join(bed.folder, "locked"), key);
    const link = await linkWhere(bed.open([bed.host("web1", server, { key: file })]), "web1", "down");
    expect(link).toMatchObject({ reason: "auth", fix: expect.stringContaining(`ssh-add '${file}'`) });
  });

  test("the wrong key, or the wrong user: says what was tried", async () => {
    const server = await bed.server({ authorized: [keyPair()], users: ["ops"] });
    const link = await linkWhere(bed.open([bed.host("web1", server, { user: "root" })]), "web1", "down");
    expect(link).toMatchObject({
      reason: "auth",
      detail: `web1: root@127.0.0.1 was not let in; refused: ${bed.keyFile}; the server takes publickey`,
    });
    expect(link.nextTryAtMs ?? 0).toBeGreaterThan(Date.now() + 60_000);
  });
});

const haveAgent = existsSync("/usr/bin/ssh-agent") && existsSync("/usr/bin/ssh-add");

describe.skipIf(!haveAgent)("a real agent", () => {
  const startAgent = async (): Promise<string> => {
    const socket = path.join(bed.folder, "agent");
    const agent = spawn("ssh-agent", ["-D", "-a", socket], { stdio: ["ignore", "pipe", "ignore"] });
    bed.onClose(async () => {
      agent.kill();
      await new Promise((resolve) => agent.once("close", resolve));
    });
    await new Promise((resolve) => agent.stdout.once("data", resolve));
    return socket;
  };

  test.each(["ed25519", "ecdsa", "rsa"] as const)("signs with its %s key", async (kind) => {
    const agent = await startAgent();
    const key = keyPair(kind);
    execFileSync("ssh-add", [writeKey(path.join(bed.folder, kind), key)], {
      env: { ...process.env, SSH_AUTH_SOCK: agent },
      stdio: "ignore",
    });
    const server = await bed.server({ authorized: [key] });
    const { key: _, ...ssh } = bed.host("web1", server, { agent }).ssh;
    const host = { ...bed.host("web1", server), ssh };
    expect(await linkWhere(bed.open([host]), "web1", "up")).toMatchObject({ state: "up" });
  });

  test("a public key file chooses among its keys", async () => {
    const agent = await startAgent();
    const key = keyPair();
    const file = writeKey(path.join(bed.folder, "held"), key);
    execFileSync("ssh-add", [file], { env: { ...process.env, SSH_AUTH_SOCK: agent }, stdio: "ignore" });
    writeFileSync(`${file}.pub`, `${key.publicLine} comment\n`);
    const server = await bed.server({ authorized: [key] });
    const sessions = bed.open([bed.host("web1", server, { key: `${file}.pub`, agent })]);
    expect(await linkWhere(sessions, "web1", "up")).toMatchObject({ state: "up" });
  });

  test("one that does not answer is told, and keys from files still work", async () => {
    const server = await bed.server();
    const agent = path.join(bed.folder, "no-agent");
    await linkWhere(bed.open([bed.host("web1", server, { agent })]), "web1", "up");
    const stranger = writeKey(path.join(bed.folder, "stranger"), keyPair());
    const link = await linkWhere(bed.open([bed.host("web2", server, { agent, key: stranger })]), "web2", "down");
    expect(link.detail).toContain(`no agent answers at ${agent}`);
  });
});

test("after a login the connection is used", async () => {
  const server = await bed.server();
  const sessions = bed.open([bed.host("web1", server)]);
  expect((await askAll(sessions, "web1", [question(["echo", "hello"])])).map(said)).toEqual(["hello\n"]);
});
