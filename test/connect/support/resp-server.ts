import type { Socket } from "node:net";

/** Reads RESP2 commands, as every client sends them, and answers each with what `reply` gives; undefined is silence. */
export const serveResp = (socket: Socket, reply: (call: readonly string[]) => string | undefined): void => {
  let held = "";
  socket.setEncoding("latin1");
  socket.on("data", (text: string) => {
    held += text;
    for (;;) {
      const taken = takeCall(held);
      if (taken === undefined) return;
      held = held.slice(taken.length);
      const answer = reply(taken.call);
      if (answer !== undefined) socket.write(answer);
    }
  });
  socket.on("end", () => socket.end());
};

const takeCall = (text: string): { readonly call: readonly string[]; readonly length: number } | undefined => {
  const header = /^\*(\d+)\r\n/.exec(text);
  if (header === null) return undefined;
  let at = header[0].length;
  const call: string[] = [];
  for (let i = 0; i < Number(header[1]); i += 1) {
    const size = /^\$(\d+)\r\n/.exec(text.slice(at));
    if (size === null) return undefined;
    at += size[0].length;
    const end = at + Number(size[1]);
    if (text.length < end + 2) return undefined;
    call.push(text.slice(at, end));
    at = end + 2;
  }
  return { call, length: at };
};

export const bulk = (text: string): string => `$${Buffer.byteLength(text)}\r\n${text}\r\n`;
