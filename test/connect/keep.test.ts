import { describe, expect, test } from "vitest";
import { backoff } from "../../src/connect/backoff.ts";
import { keeper, type Keepable, type Opened } from "../../src/connect/keep.ts";
import { problem } from "../../src/connect/ssh/problem.ts";

const refused = problem("refused", "web1 refuses");

describe("back-off", () => {
  const clocked = () => {
    let nowMs = 0;
    const pause = backoff(
      () => nowMs,
      () => 1,
    );
    /** Fails now, then says for how long it holds. */
    const failFor = (reason: "refused" | "auth"): number => {
      pause.failed(problem(reason, reason));
      const from = nowMs;
      while (pause.holding() !== undefined) nowMs += 50;
      return nowMs - from;
    };
    return { pause, failFor };
  };

  test("doubles to two seconds and no further, so that recovery is seen soon", () => {
    const { failFor } = clocked();
    expect(Array.from({ length: 6 }, () => failFor("refused"))).toEqual([250, 500, 1_000, 2_000, 2_000, 2_000]);
  });

  test("starts anew after a success", () => {
    const { failFor, pause } = clocked();
    failFor("refused");
    failFor("refused");
    pause.succeeded();
    expect(pause.holding()).toBeUndefined();
    expect(failFor("refused")).toBe(250);
  });

  test("is longer where insisting locks accounts", () => {
    expect(clocked().failFor("auth")).toBe(5_000);
  });
});

describe("a kept connection", () => {
  const session = (): Keepable & { readonly kill: () => void; readonly isClosed: () => boolean } => {
    let alive = true;
    let closed = false;
    return {
      alive: () => alive,
      kill: () => (alive = false),
      close: () => {
        alive = false;
        closed = true;
      },
      isClosed: () => closed,
    };
  };

  test("is made once for all who wait, and says who got it fresh", async () => {
    const opening = Promise.withResolvers<Opened<Keepable>>();
    let attempts = 0;
    const kept = keeper("web1", () => {
      attempts += 1;
      return opening.promise;
    });
    const waiting = [kept.take(100), kept.take(100)];
    opening.resolve({ ok: true, session: session() });
    expect(await Promise.all(waiting)).toMatchObject([{ fresh: true }, { fresh: true }]);
    expect(await kept.take(100)).toMatchObject({ fresh: false });
    expect(attempts).toBe(1);
  });

  test("is made anew when it has died", async () => {
    const first = session();
    const sessions = [first, session()];
    const kept = keeper("web1", async () => {
      const next = sessions.shift();
      return next === undefined ? { ok: false, ...refused } : { ok: true, session: next };
    });
    await kept.take(100);
    first.kill();
    expect(await kept.take(100)).toMatchObject({ ok: true, fresh: true });
  });

  test("that cannot be made is not tried again at once; the last failure is the answer", async () => {
    let attempts = 0;
    const kept = keeper("web1", async () => {
      attempts += 1;
      return { ok: false, ...refused };
    });
    expect(await kept.take(100)).toEqual({ ok: false, ...refused });
    expect(await kept.take(100)).toEqual({ ok: false, ...refused });
    expect(attempts).toBe(1);
  });

  test("a defect in making it is a failure like any other", async () => {
    const kept = keeper("web1", () => {
      throw new Error("defect\u001b[2J");
    });
    expect(await kept.take(100)).toMatchObject({ ok: false, detail: "web1: defect␛[2J" });
  });

  test("that comes after closing is closed", async () => {
    const opening = Promise.withResolvers<Opened<ReturnType<typeof session>>>();
    const kept = keeper("web1", () => opening.promise);
    const waiting = kept.take(100);
    kept.close();
    const late = session();
    opening.resolve({ ok: true, session: late });
    expect(await waiting).toMatchObject({ ok: false, reason: "unreachable" });
    expect(late.isClosed()).toBe(true);
    expect(await kept.take(100)).toMatchObject({ ok: false });
  });
});
