import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { fingerprint, hostKeyAlgorithms } from "../../../src/connect/ssh/host-key-blob.ts";
import { readKnownHosts, saveHostKey } from "../../../src/connect/ssh/known-hosts-file.ts";
import { hashName, knownHostsName, lineMatches, parseKnownHosts } from "../../../src/connect/ssh/known-hosts-line.ts";
import { judgeHostKey, knownKeyTypes, type HostKeyName } from "../../../src/connect/ssh/known-hosts.ts";
import { keyPair } from "./keys.ts";

interface PublicKey {
  readonly type: string;
  readonly blob: Buffer;
  readonly text: string;
}

const makeKey = (kind: "ed25519" | "ecdsa"): PublicKey => {
  const { type, publicBlob, publicLine } = keyPair(kind);
  return { type, blob: publicBlob, text: publicLine };
};

const ed = makeKey("ed25519");
const otherEd = makeKey("ed25519");
const ec = makeKey("ecdsa");
const at = (host: string, port = 22): HostKeyName => ({ kind: "address", host, port });
const judge = (text: string, name: HostKeyName, key: PublicKey) =>
  judgeHostKey(parseKnownHosts("kh", text), name, key.blob);

const folder = mkdtempSync(path.join(tmpdir(), "midwatch-kh-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("who is trusted", () => {
  test.each([
    ["plain", `web1,10.0.0.1 ${ed.text} comment`, at("web1")],
    ["case", `WEB1 ${ed.text}`, at("Web1")],
    ["address", `web1,10.0.0.1 ${ed.text}`, at("10.0.0.1")],
    ["star", `*.example.org ${ed.text}`, at("web1.example.org")],
    ["question mark", `web? ${ed.text}`, at("web1")],
    ["port", `[web1]:2222 ${ed.text}`, at("web1", 2222)],
    ["bare name for another port", `web1 ${ed.text}`, at("web1", 2222)],
    ["alias without port", `pool ${ed.text}`, { kind: "alias", alias: "pool" } as const],
    ["after comments and junk", `# web1\n\nnonsense\n|1|x\nweb1 ssh-rsa AAAA\nweb1 ${ed.text}\r`, at("web1")],
    ["second of two keys", `web1 ${ec.text}\nweb1 ${ed.text}`, at("web1")],
  ])("%s", (_, text, name) => {
    expect(judge(text, name, ed)).toMatchObject({ verdict: "trusted", by: { fingerprint: fingerprint(ed.blob) } });
  });

  test.each([
    ["another host", `web2 ${ed.text}`, at("web1")],
    ["another port", `[web1]:2222 ${ed.text}`, at("web1")],
    ["negated", `*.example.org,!web1.example.org ${ed.text}`, at("web1.example.org")],
    ["negated first", `!web1,web* ${ed.text}`, at("web1")],
    ["no partial match", `web ${ed.text}`, at("web1")],
    ["a mark nobody knows", `@future web1 ${ed.text}`, at("web1")],
    ["a type that is not the blob's", `web1 ssh-rsa ${ed.text.split(" ")[1] ?? ""}`, at("web1")],
  ])("unknown: %s", (_, text, name) => {
    expect(judge(text, name, ed)).toEqual({ verdict: "unknown" });
  });

  test("a different key of a known host is changed, and says where the old one stands", () => {
    expect(judge(`# first\nweb1 ${otherEd.text}\nweb1 ${ec.text}`, at("web1"), ed)).toEqual({
      verdict: "changed",
      expected: [
        { file: "kh", line: 2, keyType: "ssh-ed25519", fingerprint: fingerprint(otherEd.blob) },
        { file: "kh", line: 3, keyType: ec.type, fingerprint: fingerprint(ec.blob) },
      ],
    });
  });

  test("a key of another type than those known is changed too", () => {
    expect(judge(`web1 ${ec.text}`, at("web1"), ed)).toMatchObject({ verdict: "changed" });
  });

  test("what is known for the port counts before what is known for the bare name", () => {
    const text = `[web1]:2222 ${otherEd.text}\nweb1 ${ed.text}`;
    expect(judge(text, at("web1", 2222), ed)).toMatchObject({ verdict: "changed", expected: [{ line: 1 }] });
  });

  test("revoked wins over trusted, wherever it stands", () => {
    expect(judge(`web1 ${ed.text}\n@revoked * ${ed.text}`, at("web1"), ed)).toMatchObject({
      verdict: "revoked",
      by: { line: 2 },
    });
    expect(judge(`web1 ${ed.text}\n@revoked * ${ec.text}`, at("web1"), ed)).toMatchObject({ verdict: "trusted" });
  });

  test("an authority alone is refused as unsupported; a plain key beside it is enough", () => {
    const authority = `@cert-authority *.example.org ${otherEd.text}`;
    expect(judge(authority, at("web1.example.org"), ed)).toMatchObject({ verdict: "unsupported-ca", by: { line: 1 } });
    expect(judge(`${authority}\nweb1.example.org ${ed.text}`, at("web1.example.org"), ed)).toMatchObject({
      verdict: "trusted",
    });
  });

  test("hashed names match their host only", () => {
    const salt = Buffer.from("0123456789abcdefghij");
    const line = (name: string) =>
      `|1|${salt.toString("base64")}|${hashName(salt, name).toString("base64")} ${ed.text}`;
    expect(judge(line("web1"), at("web1"), ed).verdict).toBe("trusted");
    expect(judge(line("[web1]:2222"), at("web1", 2222), ed).verdict).toBe("trusted");
    expect(judge(line("web2"), at("web1"), ed).verdict).toBe("unknown");
  });
});

describe("which keys to ask for", () => {
  test("known types come first, and RSA is asked for by its modern signatures", () => {
    const lines = parseKnownHosts("kh", `web1 ${ec.text}\nweb1 ${ed.text}`);
    expect(hostKeyAlgorithms(knownKeyTypes(lines, at("web1"))).slice(0, 2)).toEqual(["ssh-ed25519", ec.type]);
    expect(hostKeyAlgorithms(new Set([ec.type]))[0]).toBe(ec.type);
    expect(hostKeyAlgorithms(new Set(["ssh-rsa"])).slice(0, 3)).toEqual(["rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"]);
    expect(hostKeyAlgorithms(new Set())).toHaveLength(7);
  });
});

describe("the file", () => {
  test("a saved key is trusted from then on; folder and file are private", async () => {
    const file = path.join(folder, "new", "known_hosts");
    await saveHostKey(file, knownHostsName("web1", 2222), ed.type, ed.blob, false);
    expect(judgeHostKey(await readKnownHosts([file]), at("web1", 2222), ed.blob).verdict).toBe("trusted");
    expect(readFileSync(file, "utf8")).toBe(`[web1]:2222 ${ed.text}\n`);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(path.dirname(file)).mode & 0o777).toBe(0o700);
  });

  test("a file whose names are hashed stays hashed, and a missing last newline does not join two lines", async () => {
    const file = path.join(folder, "hashed");
    const salt = Buffer.from("0123456789abcdefghij");
    writeFileSync(file, `|1|${salt.toString("base64")}|${hashName(salt, "web2").toString("base64")} ${ec.text}`);
    await saveHostKey(file, "web1", ed.type, ed.blob, false);
    expect(readFileSync(file, "utf8")).not.toContain("web1");
    const lines = await readKnownHosts([path.join(folder, "absent"), file]);
    expect(judgeHostKey(lines, at("web1"), ed.blob).verdict).toBe("trusted");
    expect(judgeHostKey(lines, at("web2"), ec.blob).verdict).toBe("trusted");
  });

  test.skipIf(!hasSshKeygen())("ssh-keygen agrees about names, hashes and fingerprints", async () => {
    const file = path.join(folder, "keygen");
    writeFileSync(file, `web1,*.example.org,!db.example.org ${ed.text}\n[web1]:2222 ${ec.text}\n`);
    const found = execFileSync("ssh-keygen", ["-l", "-F", "web1", "-f", file], { encoding: "utf8" });
    expect(found).toContain(fingerprint(ed.blob));
    execFileSync("ssh-keygen", ["-H", "-f", file], { stdio: "ignore" });
    const lines = await readKnownHosts([file]);
    expect(judgeHostKey(lines, at("web1"), ed.blob).verdict).toBe("trusted");
    expect(judgeHostKey(lines, at("web1", 2222), ec.blob).verdict).toBe("trusted");
  });
});

describe("any bytes", () => {
  test("parse to lines that have a key, and never throw", () => {
    const junk = fc.array(
      fc.oneof(
        fc.string({ unit: "binary", maxLength: 200 }),
        fc.constantFrom(
          "@revoked",
          "@cert-authority",
          "web1",
          "*",
          "!web1",
          "|1|AAAA|AAAA",
          ed.text,
          "\n",
          " ",
          "\t",
          ",",
        ),
      ),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(junk, (parts) => {
        const lines = parseKnownHosts("kh", parts.join(""));
        for (const line of lines) expect(line.blob.length).toBeGreaterThan(4);
        const { verdict } = judgeHostKey(lines, at("web1"), ed.blob);
        expect(["trusted", "unknown", "changed", "revoked", "unsupported-ca"]).toContain(verdict);
      }),
    );
  });

  test("patterns mean what a regular expression of the same meaning says", () => {
    const unit = fc.constantFrom("a", "b", ".", "*", "?");
    fc.assert(
      fc.property(
        fc.string({ unit, maxLength: 12 }),
        fc.string({ unit: fc.constantFrom("a", "b", "."), maxLength: 12 }),
        (pattern, name) => {
          fc.pre(pattern !== "" && name !== "");
          const [line] = parseKnownHosts("kh", `${pattern} ${ed.text}`);
          const expression = new RegExp(
            `^${pattern.replaceAll(".", "\\.").replaceAll(/\*+/g, ".*").replaceAll("?", ".")}$`,
          );
          expect(line !== undefined && lineMatches(line, name)).toBe(expression.test(name));
        },
      ),
    );
  });
});

function hasSshKeygen(): boolean {
  try {
    execFileSync("ssh-keygen", ["-?"], { stdio: "ignore" });
    return true;
  } catch (error) {
    return !(error instanceof Error && "code" in error && error.code === "ENOENT");
  }
}
