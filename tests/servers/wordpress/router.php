<?php // Does for PHP's own web server what a rewrite rule does for others: what is no file is WordPress's to answer.
$folder = $_SERVER['DOCUMENT_ROOT'];
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
if ($path !== '/' && (is_file($folder . $path) || is_file(rtrim($folder . $path, '/') . '/index.php'))) {
    return false;
}
$_SERVER['SCRIPT_NAME'] = $_SERVER['PHP_SELF'] = '/index.php';
chdir($folder);
require "$folder/index.php";
