import { probeKey } from "../probe.ts";
import type { Reason } from "../reason.ts";
import { showStat } from "./commands.ts";
import type { HaproxyFacts } from "./facts-schema.ts";
import { isUsable, knownViews } from "./views.ts";

/** A load balancer may go only when another one answers and has what it needs. */
export const balancerReasons = ({ loadBalancers, proxies }: HaproxyFacts, name: string): readonly Reason[] => {
  if (!loadBalancers.some(({ host }) => host === name)) return [];
  const others = loadBalancers.filter(({ host }) => host !== name);
  const evidence = others.map(({ host }) => probeKey(showStat.id, host));
  if (others.length === 0)
    return [
      {
        stance: "no",
        endsSites: true,
        text: "the only load balancer: without it no visitor reaches the sites",
        evidence: [probeKey(showStat.id, name)],
      },
    ];
  const able: string[] = [];
  for (const { host, answers } of others) {
    if (answers.state === "unknown")
      return [{ stance: "unknown", text: `whether ${host} could take over is not known: ${answers.detail}`, evidence }];
    const empty = proxies.find(
      ({ carries, servers }) =>
        carries !== "other" &&
        !servers.some(({ views }) =>
          knownViews(views).some(({ loadBalancer, view }) => loadBalancer === host && isUsable(view)),
        ),
    );
    if (empty === undefined) able.push(host);
  }
  return able.length === 0
    ? [
        {
          stance: "no",
          endsSites: true,
          text: `no other load balancer has a usable server for everything: ${names(others)}`,
          evidence,
        },
      ]
    : [{ stance: "safe", text: `${able.join(", ")} can carry it: see that the address moves there`, evidence }];
};

const names = (balancers: HaproxyFacts["loadBalancers"]): string => balancers.map(({ host }) => host).join(", ");
