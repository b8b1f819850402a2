import { labError } from "../machine/error.ts";
import { galeraIncidents } from "./galera.ts";
import { glusterIncidents } from "./gluster.ts";
import { haproxyIncidents } from "./haproxy.ts";
import { hostIncidents } from "./host.ts";
import type { Incident } from "./incident.ts";
import { redisIncidents } from "./redis.ts";
import { shadowIncidents } from "./shadow.ts";
import { webIncidents } from "./web.ts";

export const INCIDENTS: readonly Incident[] = [
  ...galeraIncidents,
  ...glusterIncidents,
  ...redisIncidents,
  ...haproxyIncidents,
  ...webIncidents,
  ...shadowIncidents,
  ...hostIncidents,
];

export const incidentNamed = (name: string): Incident => {
  const incident = INCIDENTS.find((each) => each.name === name);
  if (incident === undefined) throw labError(`there is no incident ${name}`, "npm run lab -- incidents");
  return incident;
};
