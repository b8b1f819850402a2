<?php
// An order: one row written to the database, one file to the shared volume when asked for. Both are kept bounded.
declare(strict_types=1);
require __DIR__ . '/shop.php';

session_start();
$_SESSION['orders'] = ($_SESSION['orders'] ?? 0) + 1;

$insert = database()->prepare('INSERT INTO orders (product, quantity, host) VALUES (?, ?, ?)');
$insert->execute([random_int(1, 100), random_int(1, 5), gethostname()]);
$number = (int) database()->lastInsertId();

$receipt = '';
if (isset($_GET['receipt'])) {
    $name = sprintf('receipt-%03d.txt', $number % 500);
    file_put_contents("/data/uploads/$name", "order $number by " . gethostname() . ' at ' . date('c') . "\n");
    $receipt = "<p>receipt <a href=/uploads/$name>$name</a></p>";
}
page("Order $number", $receipt);
