/**
 * What procedures say to whoever reads it on a command line, as it is done in the console: an option has a line in the
 * dialog, and what is run, resumed or undone there has keys here. Never for what is sent: that stands as it is.
 */
export const consoleWords = (text: string): string =>
  text
    .replaceAll(/midwatch run ([\w-]+) --set /g, "$1 with --set ")
    .replaceAll(/midwatch run ([\w-]+) --host (\S*[^\s;,.:)])/g, "$1 of $2")
    .replaceAll(/midwatch run ([\w-]+)/g, "$1")
    .replaceAll(/--set ([\w-]+)=(\S*[^\s;,.:)])/g, 'the option "$1 = $2"')
    .replaceAll(/midwatch journal (undo|resume)/g, "$1")
    .replaceAll(/midwatch status/g, "the overview");
