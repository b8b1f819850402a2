import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lostBy, verdictOn, without, type Hidden, type Truth, type TrueVolume } from "./model.ts";

const usually = fc.oneof({ weight: 6, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.boolean() });

const someOf = (hosts: readonly string[], least: number) =>
  fc.shuffledSubarray([...hosts], { minLength: Math.min(least, hosts.length), maxLength: hosts.length });

const volume = (name: string, hosts: readonly string[]): fc.Arbitrary<TrueVolume> =>
  fc.constantFrom(...[1, 2, 3].filter((replicas) => replicas <= hosts.length)).chain((replicas) =>
    fc
      .tuple(
        someOf(hosts, replicas),
        fc.array(fc.tuple(usually, usually), { minLength: 8, maxLength: 8 }),
        fc.boolean(),
      )
      .map(([on, states, withArbiter]) => ({
        name,
        replicas,
        bricks: on.slice(0, on.length - (on.length % replicas)).map((host, i) => ({
          host,
          up: states[i]?.[0] ?? true,
          good: states[i]?.[1] ?? true,
          arbiter: withArbiter && replicas === 3 && i % 3 === 2,
        })),
      })),
  );

/** Any cluster of two to eight nodes and up to three load balancers, most of it well. */
const truth: fc.Arbitrary<Truth> = fc
  .tuple(fc.integer({ min: 2, max: 8 }), fc.integer({ min: 1, max: 3 }))
  .chain(([nodes, balancers]) => {
    const names = Array.from({ length: nodes }, (_, i) => `web${i + 1}`);
    const doors = Array.from({ length: balancers }, (_, i) => `lb${i + 1}`);
    return fc.record<Truth>({
      hosts: fc.constant([...names, ...doors]),
      members: someOf(names, 1).chain((on) =>
        fc.tuple(
          ...on.map((host) =>
            fc.record({
              host: fc.constant(host),
              votes: fc.oneof({ weight: 5, arbitrary: fc.constant(1) }, { weight: 1, arbitrary: fc.nat(4) }),
              up: usually,
            }),
          ),
        ),
      ),
      arbitrators: fc.nat(2),
      volumes: fc.tuple(volume("data", names), volume("wp-core", names)),
      balancers: fc.tuple(...doors.map((host) => fc.record({ host: fc.constant(host), up: usually }))),
      servers: someOf(names, 1).chain((on) =>
        fc.tuple(
          ...on.map((host) => fc.record({ host: fc.constant(host), up: usually, sessions: fc.nat({ max: 70 }) })),
        ),
      ),
    });
  })
  .map((model) => ({
    ...model,
    servers: model.servers.map((server) => (server.up ? server : { ...server, sessions: 0 })),
  }));

const whole = (size: number): Truth => {
  const names = Array.from({ length: size }, (_, i) => `web${i + 1}`);
  const bricks = names.slice(0, 3).map((host) => ({ host, up: true, good: true, arbiter: false }));
  return {
    hosts: [...names, "lb1", "lb2"],
    members: names.slice(0, 3).map((host) => ({ host, votes: 1, up: true })),
    arbitrators: 0,
    volumes: [{ name: "data", replicas: 3, bricks }],
    balancers: ["lb1", "lb2"].map((host) => ({ host, up: true })),
    servers: names.map((host) => ({ host, up: true, sessions: 10 })),
  };
};

describe("taking hosts out, one after the other, each only while it is SAFE", () => {
  it("never loses quorum, the last backend, the last load balancer or the last good brick", () => {
    let taken = 0;
    fc.assert(
      fc.property(truth, fc.infiniteStream(fc.nat()), (start, choices) => {
        let now = start;
        const out = new Set<string>();
        for (const choice of choices) {
          const safe = now.hosts.filter((host) => !out.has(host) && verdictOn(now, host).stance === "safe");
          const host = safe[choice % Math.max(1, safe.length)];
          if (host === undefined) return;
          const next = without(now, host);
          expect(lostBy(now, next), `${host} was called SAFE`).toEqual([]);
          out.add(host);
          taken += 1;
          now = next;
        }
      }),
      { numRuns: 400 },
    );
    // Where nothing is ever safe, nothing is shown.
    expect(taken).toBeGreaterThan(100);
  });

  it("spares any one of three that carry everything, then none of the others", () => {
    const start = whole(3);
    for (const host of ["web1", "web2", "web3", "lb1"]) {
      expect(verdictOn(start, host).stance, host).toBe("safe");
      const others = start.hosts.filter((other) => other !== host);
      const then = without(start, host);
      for (const other of host === "lb1" ? ["lb2"] : others.filter((each) => each.startsWith("web")))
        expect(verdictOn(then, other).stance, `${other} after ${host}`).not.toBe("safe");
    }
  });

  it("spares several that only serve pages", () => {
    const start = whole(6);
    const then = without(start, "web6");
    expect(verdictOn(start, "web6").stance).toBe("safe");
    expect(verdictOn(then, "web5").stance).toBe("safe");
  });

  it("is never safe while something that the host leans on cannot be asked", () => {
    fc.assert(
      fc.property(truth, fc.nat(), fc.nat(), (start, hide, ask) => {
        const { members, volumes, balancers } = start;
        const bricked = [...new Set(volumes.flatMap(({ bricks }) => bricks.map(({ host }) => host)))];
        const choices: readonly (readonly [Hidden, readonly string[]])[] = [
          ...members.flatMap(({ host }): readonly (readonly [Hidden, readonly string[]])[] => [
            [{ what: "member", host }, members.map((member) => member.host)],
            [{ what: "settings", host }, members.map((member) => member.host)],
          ]),
          [{ what: "heal" }, bricked],
          ...bricked.flatMap((host): readonly (readonly [Hidden, readonly string[]])[] => [
            [{ what: "brick", host }, beside(volumes, host)],
            [{ what: "peer", host }, bricked.filter((each) => each !== host)],
          ]),
          ...balancers.map(({ host }): readonly [Hidden, readonly string[]] => [
            { what: "balancer", host },
            start.servers.map((server) => server.host),
          ]),
        ];
        const [hidden, leaning] = choices[hide % choices.length] ?? [];
        const host = leaning?.[ask % Math.max(1, leaning.length)];
        fc.pre(hidden !== undefined && host !== undefined);
        if (hidden === undefined || host === undefined) return;
        expect(verdictOn(start, host, [hidden]).stance, `${host} without ${JSON.stringify(hidden)}`).not.toBe("safe");
      }),
      { numRuns: 400 },
    );
  });
});

/** Hosts whose bricks hold the same files as one of `host`'s. */
const beside = (volumes: readonly TrueVolume[], host: string): readonly string[] =>
  volumes.flatMap(({ bricks, replicas }) =>
    bricks.flatMap((brick, i) => {
      const set = bricks.slice(i - (i % replicas), i - (i % replicas) + replicas);
      return brick.host !== host && set.some((each) => each.host === host) ? [brick.host] : [];
    }),
  );
