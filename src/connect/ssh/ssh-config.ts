import { cleanLine } from "../clean.ts";
import { problem, type Problem } from "./problem.ts";
import { parseSshG, type SshConfigAnswer } from "./ssh-g.ts";

/** What to ask ssh_config about: what the inventory says goes in, so that `Match` and tokens see it. */
export interface SshConfigQuestion {
  readonly address: string;
  readonly user?: string;
  readonly port?: number;
}

export type SshConfigResult =
  | { readonly ok: true; readonly config: SshConfigAnswer }
  /** There is no ssh here, so no ssh_config to honour. */
  | { readonly ok: true; readonly config?: undefined }
  | ({ readonly ok: false } & Problem);

export type AskSshConfig = (question: SshConfigQuestion) => Promise<SshConfigResult>;

const DEADLINE_MS = 5_000;

/** Resolves ssh_config, Include and Match with the one program that does it right. `file`: instead of the usual ones. */
export const askSshConfig =
  (file?: string): AskSshConfig =>
  async ({ address, user, port }) => {
    const args = [
      "-G",
      "-T",
      ...(file === undefined ? [] : ["-F", file]),
      ...(user === undefined ? [] : ["-l", user]),
      ...(port === undefined ? [] : ["-p", String(port)]),
      "--",
      address,
    ];
    const { execa } = await import("execa");
    const result = await execa("ssh", args, {
      reject: false,
      timeout: DEADLINE_MS,
      stdin: "ignore",
      maxBuffer: 1024 * 1024,
      env: { LC_ALL: "C" },
    });
    if (result.code === "ENOENT") return { ok: true };
    const fix = "correct ~/.ssh/config, or set ssh_config: false in the inventory";
    if (result.timedOut) {
      return {
        ok: false,
        ...problem("failed", `${address}: ssh -G did not answer within ${DEADLINE_MS / 1000} s`, fix),
      };
    }
    if (result.failed) {
      const said = cleanLine(result.stderr) || `exit code ${result.exitCode ?? "unknown"}`;
      return { ok: false, ...problem("failed", `${address}: ssh -G: ${said}`, fix) };
    }
    return { ok: true, config: parseSshG(result.stdout) };
  };
