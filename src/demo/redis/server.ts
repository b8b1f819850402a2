import type { Duplex } from "node:stream";
import type { Simulation } from "../simulation.ts";
import { answerRedis, type Passwords, type RedisClient } from "./commands.ts";
import { encode, takeRequests } from "./resp.ts";
import type { RedisName } from "./state.ts";

let clients = 10;

/** Serves one client of an instance: RESP2, or RESP3 once it says HELLO 3. */
export const serveRedis = (stream: Duplex, name: RedisName, simulation: Simulation, passwords: Passwords): void => {
  clients += 1;
  const client: RedisClient = { id: clients, protocol: 2, loggedIn: false, mayWrite: false, name: "" };
  let waiting: Buffer = Buffer.alloc(0);
  stream.on("error", () => undefined);
  stream.on("data", (bytes: Buffer) => {
    const taken = takeRequests(Buffer.concat([waiting, bytes]));
    waiting = taken.rest;
    const world = simulation.now();
    for (const words of taken.requests) {
      const answer = answerRedis(world, world.redis[name], client, words, passwords);
      stream.write(encode(answer, client.protocol));
      if (words[0]?.toUpperCase() === "QUIT") stream.end();
    }
    if (taken.broken === undefined) return;
    stream.end(`-${taken.broken}\r\n`);
  });
  stream.on("end", () => stream.end());
};
