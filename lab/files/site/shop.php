<?php
// What the shop's pages share: settings, database, cache, session.
declare(strict_types=1);

const SETTINGS = '/etc/shop/shop.ini';

function settings(): array
{
    static $settings = null;
    return $settings ??= parse_ini_file(SETTINGS);
}

function database(): PDO
{
    static $connection = null;
    return $connection ??= new PDO(
        settings()['database'],
        settings()['database_user'],
        settings()['database_password'],
        [PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION, PDO::ATTR_TIMEOUT => 3],
    );
}

function cache(): Redis
{
    static $cache = null;
    if ($cache === null) {
        $cache = new Redis();
        $cache->connect(settings()['cache_host'], (int) settings()['cache_port'], 2.0);
        $cache->auth(settings()['cache_password']);
    }
    return $cache;
}

function page(string $title, string $body): void
{
    header('Content-Type: text/html; charset=utf-8');
    header('X-Served-By: ' . gethostname());
    echo "<!doctype html><html><head><title>$title</title><link rel=stylesheet href=/style.css></head>";
    echo "<body><h1>$title</h1>$body<p class=host>served by " . gethostname() . "</p></body></html>\n";
}

set_exception_handler(function (Throwable $error): void {
    http_response_code(500);
    error_log((string) $error);
    page('Sorry', '<p>The shop has a problem: ' . htmlspecialchars(get_class($error)) . '</p>');
});
