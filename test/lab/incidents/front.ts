import type { Expected } from "../support/incident.ts";
import { all, untilServes } from "./verdicts.ts";

/** Redis, HAProxy, Apache and PHP. */

export const sessionsRedisDown: Expected = {
  incident: "sessions-redis-down",
  root: ["redis.down sessions"],
  severity: ["critical"],
  headline: /Redis sessions takes no connections: PHP has no sessions/,
  next: /on lb1: systemctl status/,
  // It keeps the cluster's lock too.
  verdicts: all({ stance: "unknown", because: /whether a procedure is under way is not known/ }),
  also: ["web.health"],
  withinMs: 10_000,
};

export const sessionsEvicting: Expected = {
  incident: "sessions-evicting",
  root: ["redis.evicting sessions"],
  severity: ["critical"],
  headline: /Redis sessions evicts [\d,.]+ sessions a second: people are logged out/,
  next: /on lb1: redis-cli -p 6380 CONFIG SET maxmemory 6mb/,
  verdicts: {},
  also: ["redis.eviction_policy", "redis.memory", "redis.sessions_fell"],
  withinMs: 10_000,
};

export const serverDrained: Expected = {
  incident: "server-drained",
  root: ["haproxy.drained web/web1"],
  severity: ["warning"],
  headline: /web\/web1 is drained by hand/,
  next: /midwatch run return --host web1/,
  verdicts: untilServes("web1"),
  also: [],
  withinMs: 10_000,
};

export const haproxyDown: Expected = {
  incident: "haproxy-down",
  root: ["haproxy.down lb1"],
  severity: ["critical"],
  headline: /HAProxy on lb1 is inactive: no visitor reaches the sites/,
  next: /then sudo systemctl start haproxy/,
  verdicts: all({ stance: "unknown", because: /what lb1 sends to it is not known/ }),
  also: ["haproxy.unknown"],
  withinMs: 10_000,
};

export const apacheDown: Expected = {
  incident: "apache-down",
  root: ["web.down web2"],
  severity: ["warning"],
  headline: /web2: apache2 is inactive/,
  next: /ssh web2 systemctl status apache2/,
  verdicts: untilServes("web2"),
  also: ["haproxy.server_down", "web.health"],
  withinMs: 10_000,
};

export const phpLinkDangling: Expected = {
  incident: "php-link-dangling",
  root: ["web.php_lost web1"],
  severity: ["critical"],
  headline: /web1: PHP 8.2 is enabled and its module is gone, the web server does not start/,
  next: /on web1: sudo apt-get install --reinstall libapache2-mod-php8.2 && sudo systemctl restart apache2/,
  verdicts: untilServes("web1"),
  also: ["web.down", "web.config", "web.health", "host.failed_units", "haproxy.server_down"],
  withinMs: 10_000,
};

export const configBroken: Expected = {
  incident: "config-broken",
  root: ["web.config web2"],
  severity: ["warning"],
  headline: /web2: the configuration test fails.*incident.conf/,
  next: /on web2: mend line 1 of \/etc\/apache2\/conf-enabled\/incident.conf before any reload/,
  verdicts: {},
  also: [],
  withinMs: 10_000,
};

export const phpOff: Expected = {
  incident: "php-off",
  root: ["web.php_off web3", "web.source_served web3"],
  severity: ["critical"],
  headline: /web3: PHP 8.2 is installed and not enabled|web3 serves PHP as source/,
  next: /P on web3, or midwatch run php-module --host web3/,
  // HAProxy looks at the code alone, which is 200 beside the source: to it the server is up.
  verdicts: {},
  also: ["haproxy.server_down", "web.health"],
  withinMs: 10_000,
};
