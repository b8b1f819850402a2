import { describe, expect, it } from "vitest";
import { answersStand } from "../../src/ui/draw/question.ts";
import { createPrompts, eraseAnswer, moveChoice, typeAnswer, type AskState } from "../../src/ui/prompts.ts";

const hostKey = { host: "web2", address: "10.77.0.12", port: 22, keyType: "ssh-ed25519", fingerprint: "SHA256:abc" };
const key = { keyPath: "~/.ssh/id_ed25519", host: "web1", attempt: 1 };

const asking = (begin: string, isList = false): AskState => ({
  question: {
    kind: "choice",
    severity: "warning",
    title: "well",
    body: [],
    ...(isList ? { list: true } : {}),
    choices: [
      { id: "cancel", label: "Cancel" },
      { id: "begin", label: begin },
    ],
  },
  waiting: 0,
  at: 0,
  text: "",
  top: 0,
});

describe("answers", () => {
  it("stand one below the other in a list, and where they do not fit beside each other", () => {
    expect(answersStand(asking("Begin"), 80)).toBe(false);
    expect(answersStand(asking("Begin", true), 80)).toBe(true);
    expect(answersStand(asking(`Begin ${"web1 ".repeat(20)}`), 80)).toBe(true);
    expect(answersStand(asking("Begin the upgrade"), 24)).toBe(true);
    expect(answersStand({ waiting: 0, at: 0, text: "", top: 0 }, 80)).toBe(false);
  });
});

describe("questions", () => {
  it("are put one at a time, in the order they were asked", async () => {
    const { prompts, store, answer } = createPrompts();
    const first = prompts.hostKey(hostKey);
    const second = prompts.passphrase(key);
    expect(store.getState()).toMatchObject({ question: { kind: "choice" }, waiting: 1, at: 0 });
    answer("save");
    await expect(first).resolves.toBe("save");
    expect(store.getState()).toMatchObject({ question: { kind: "secret" }, waiting: 0, text: "" });
    answer("secret");
    await expect(second).resolves.toBe("secret");
    expect(store.getState()).toEqual({ waiting: 0, at: 0, text: "", top: 0 });
  });

  it("refusing is where the cursor begins, and what giving up means", async () => {
    const { prompts, store, answer } = createPrompts();
    const asked = prompts.hostKey(hostKey);
    const { question, at } = store.getState();
    expect(question?.kind === "choice" && question.choices[at]?.id).toBe("refuse");
    answer(undefined);
    await expect(asked).resolves.toBe("refuse");
  });

  it("are answered no when their cluster leaves the screen, those to come included", async () => {
    const { prompts, close } = createPrompts();
    const before = prompts.hostKey(hostKey);
    close();
    await expect(before).resolves.toBe("refuse");
    await expect(prompts.hostKey(hostKey)).resolves.toBe("refuse");
    await expect(prompts.passphrase(key)).resolves.toBeUndefined();
  });

  it("the cursor among the answers stops at both ends", () => {
    const { prompts, store } = createPrompts();
    void prompts.hostKey(hostKey);
    const at = (by: number): number => moveChoice(store.getState(), by).at;
    expect([at(-1), at(1), at(9)]).toEqual([0, 1, 2]);
  });

  it("a secret takes what is typed or pasted, without line ends, and gives it up by characters", () => {
    const { prompts, store } = createPrompts();
    void prompts.passphrase(key);
    const typed = typeAnswer(store.getState(), "pass wörd\n");
    expect(typed.text).toBe("pass wörd");
    expect(eraseAnswer(typed, false).text).toBe("pass wör");
    expect(eraseAnswer(typed, true).text).toBe("");
  });

  it("a line to type begins with what stands there, and is withdrawn when what it was for has gone", async () => {
    const { ask, store } = createPrompts();
    const gone = new AbortController();
    const entry = { kind: "entry", severity: "ok", title: "reason", body: [], text: "kernel" } as const;
    const first = ask(entry, gone.signal);
    const second = ask({ ...entry, text: "" });
    expect(store.getState()).toMatchObject({ text: "kernel", waiting: 1 });
    gone.abort();
    await expect(first).resolves.toBeUndefined();
    expect(store.getState()).toMatchObject({ text: "", waiting: 0 });
    void second;
  });
});
