import { mapReading } from "../derive.ts";
import type { Reading } from "../reading.ts";
import type { OriginFact, Php } from "./facts-schema.ts";
import type { ModuleFiles } from "./parse-files.ts";

/**
 * How Apache runs PHP, from what is installed, what is enabled and what the configuration test would load. The test is
 * the better witness; where it is not known, or fails for another reason, the files tell.
 */
export const phpOf = (
  files: Reading<ModuleFiles>,
  config: OriginFact["config"],
  fpmUnits: readonly string[],
): Reading<Php> =>
  mapReading(files, ({ installed, enabled, fpm, mpms, dangling }) => {
    const linkless = dangling.flatMap(({ name }) => /^php(\d+(?:\.\d+)?)\.load$/.exec(name)?.[1] ?? []);
    const fileless = enabled.filter(
      (version) => !installed.includes(version) && installed.every((each) => each !== ""),
    );
    const works = enabled.filter((version) => !fileless.includes(version));
    const test = config.state === "known" && config.value.passes ? config.value.phpModule : undefined;
    const how = (test ?? works.length > 0) ? "module" : fpm.length > 0 || fpmUnits.length > 0 ? "fpm" : "none";
    const version = how === "module" ? works.join(", ") : how === "fpm" ? fpmVersion(fpm, fpmUnits) : "";
    return {
      how,
      ...(version === "" ? {} : { version }),
      installed,
      enabled,
      lost: [...new Set([...linkless, ...fileless])].toSorted(),
      dangling,
      mpms,
    };
  });

const fpmVersion = (configured: readonly string[], fpmUnits: readonly string[]): string =>
  [...new Set([...configured, ...fpmUnits.flatMap((unit) => /^php(\d+\.\d+)-fpm/.exec(unit)?.[1] ?? [])])].join(", ");

/** nginx hands PHP to FPM or does not run it. */
export const phpBesideNginx = (fpm: OriginFact["fpm"], asked: Reading<true>): Reading<Php> =>
  mapReading(asked, () => {
    const version = fpmVersion(
      [],
      fpm.map(({ unit }) => unit),
    );
    return {
      how: fpm.length > 0 ? "fpm" : "none",
      ...(version === "" ? {} : { version }),
      installed: [],
      enabled: [],
      lost: [],
      dangling: [],
      mpms: [],
    };
  });
