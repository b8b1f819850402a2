<?php
// The front page: a session in Redis 6380, products from the database by way of the cache in Redis 6379.
declare(strict_types=1);
require __DIR__ . '/shop.php';

session_start();
$_SESSION['visits'] = ($_SESSION['visits'] ?? 0) + 1;

$shelf = max(1, min(50, (int) ($_GET['shelf'] ?? 1)));
$key = "shelf:$shelf";
$products = cache()->get($key);
if ($products === false) {
    $query = database()->prepare('SELECT id, name, price FROM products WHERE shelf = ? ORDER BY id');
    $query->execute([$shelf]);
    $products = json_encode($query->fetchAll(PDO::FETCH_ASSOC));
    cache()->setex($key, 30, $products);
}
$orders = (int) database()->query('SELECT COUNT(*) FROM orders')->fetchColumn();

$rows = '';
foreach (json_decode($products, true) as $product) {
    $rows .= '<li>' . htmlspecialchars($product['name']) . ' ' . number_format((float) $product['price'], 2) . '</li>';
}
page("Shelf $shelf", "<ul>$rows</ul><p>visit {$_SESSION['visits']}, $orders orders so far</p>");
