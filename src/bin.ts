#!/usr/bin/env node
/**
 * What the `midwatch` command starts: looks at Node before anything is imported that an older one cannot even read,
 * and would answer with a stack instead of a sentence.
 */
const OLDEST = 22;

if (Number(process.versions.node.split(".")[0]) >= OLDEST) {
  await import("./main.ts");
} else {
  console.error(`midwatch: needs Node ${OLDEST} or newer, and this is ${process.versions.node}`);
  console.error(
    "  fix: install a newer Node; in a checkout `npm ci` brings its own, for `npm start` and `npm run midwatch`",
  );
  process.exitCode = 78;
}
