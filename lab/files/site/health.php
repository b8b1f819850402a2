<?php
// What the load balancer and the watch ask for: PHP runs here and the extensions the shop needs are loaded.
declare(strict_types=1);
$missing = array_filter(['redis', 'pdo_mysql'], fn ($name) => !extension_loaded($name));
header('Content-Type: text/plain');
header('Cache-Control: no-store');
if ($missing !== []) {
    http_response_code(503);
    echo 'missing: ' . implode(' ', $missing) . "\n";
    exit;
}
echo 'healthy ' . gethostname() . ' php ' . PHP_VERSION . "\n";
