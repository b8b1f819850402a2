/** One of several processes that write into the same timeline: `write-events.ts FOLDER RUN COUNT`. */
import { eventLine } from "../../src/record/event-line.ts";
import { appendLines } from "../../src/record/timeline-files.ts";

const [folder = "", run = "", count = "0"] = process.argv.slice(2);
for (let i = 0; i < Number(count); i += 1) {
  const event = {
    atMs: 1_800_000_000_000 + i,
    system: "web",
    subject: "apache2",
    to: `${run} ${i}`,
    severity: "ok",
  } as const;
  await appendLines(folder, eventLine({ run, event }));
}
