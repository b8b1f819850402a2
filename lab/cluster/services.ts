import { step } from "../machine/progress.ts";
import { ensureGalera } from "../services/galera.ts";
import { ensureGluster } from "../services/gluster.ts";
import { ensureHaproxy } from "../services/haproxy.ts";
import { ensureRedis } from "../services/redis.ts";
import { runSync } from "../services/shadow.ts";
import { ensureWeb } from "../services/web.ts";
import { setAccounts } from "../services/accounts.ts";
import type { Lab } from "./lab.ts";

/** Brings every service of booted hosts to health, from whatever state they are in; does little where all is well. */
export const ensureServices = async ({ secrets }: Lab): Promise<void> => {
  await Promise.all([
    step("database: three members Synced", async () => {
      await ensureGalera();
      await setAccounts(secrets);
    }),
    step("GlusterFS: bricks, mounts, nothing to heal", ensureGluster),
    step("Redis: cache and sessions", () => ensureRedis(secrets)),
    step("Apache and PHP", ensureWeb),
  ]);
  await Promise.all([step("HAProxy: all servers UP", ensureHaproxy), step("shadow sync: one run", runSync)]);
};
