import { describe, expect, it } from "vitest";
import { consoleWords } from "../../../src/ui/act/console-words.ts";

describe("what procedures say, in the console", () => {
  it.each([
    [
      "write here until they end (--set writer=end ends them)",
      'write here until they end (the option "writer = end" ends them)',
    ],
    [
      "say which service of web1: --set service=NAME, one of apache2",
      'say which service of web1: the option "service = NAME", one of apache2',
    ],
    [
      "lb1 is left out; --set hosts=web1,lb1 takes it last",
      'lb1 is left out; the option "hosts = web1,lb1" takes it last',
    ],
    ["php8.2 has no reload: --set how=restart", 'php8.2 has no reload: the option "how = restart"'],
    ["unit must be given: --set unit=…", 'unit must be given: the option "unit = …"'],
    ["first: midwatch run drain --host web1", "first: drain of web1"],
    ["midwatch run return --host web2 puts it back", "return of web2 puts it back"],
    ["midwatch run heal --set volume=data watches on", 'heal with the option "volume = data" watches on'],
    ["nobody is: midwatch run bootstrap begins the cluster anew", "nobody is: bootstrap begins the cluster anew"],
    ["it gets nothing new; midwatch journal undo puts it back", "it gets nothing new; undo puts it back"],
    ["stop here: midwatch journal resume goes on from here", "stop here: resume goes on from here"],
    ["midwatch status says how far it is", "the overview says how far it is"],
  ])("%s", (said, shown) => expect(consoleWords(said)).toBe(shown));
});
