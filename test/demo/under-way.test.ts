import { describe, expect, it, vi } from "vitest";
import { useRehearsal } from "./support/rehearsal.ts";

const { on } = useRehearsal();

const NOBODY = /SAFE +midwatch no procedure is under way/;
const DRAINING = /WAIT +midwatch until drain of web2 has ended: \S+ on \S+ runs it, at step \d+ of \d+ \(.+\)/;

describe("a verdict while somebody's procedure is under way, on the embedded cluster", { timeout: 240_000 }, () => {
  /** Asked again on a machine so busy that an answer is late. */
  const saysOfWeb3 = (line: RegExp) =>
    vi.waitFor(
      async () => {
        const verdict = await on("laptop")("verdict", "web3");
        expect(verdict.stdout).toMatch(line);
        return verdict;
      },
      { timeout: 60_000 },
    );

  it("waits for its end on the other hosts and says who, what and where; it does not wait for itself", async () => {
    await saysOfWeb3(NOBODY);
    const drain = on("bastion")("run", "drain", "--host", "web2", "--yes", "--reason", "a test", "--set", "wait=30s");
    const { exitCode } = await saysOfWeb3(DRAINING);
    expect(exitCode).toBeGreaterThan(0);
    expect(await drain).toMatchObject({ exitCode: 0 });
    await saysOfWeb3(NOBODY);
  });
});
