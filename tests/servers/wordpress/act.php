<?php // php act.php FOLDER ACTION …: what a site owner does, by WordPress's own functions.
$_SERVER += ['HTTP_HOST' => parse_url(getenv('WORDPRESS_URL'), PHP_URL_HOST), 'REQUEST_URI' => '/'];
$_SERVER['SERVER_PROTOCOL'] = 'HTTP/1.1';
if ($argv[2] === 'install') {
    define('WP_INSTALLING', true);
}
require "$argv[1]/wp-load.php"; // which clears names such as $action
$actions = [
    'install' => function () {
        require ABSPATH . 'wp-admin/includes/upgrade.php';
        wp_install('Acme Blog', 'admin', 'admin@example.test', true, '', 'for tests');
        wp_delete_comment(1, true); // the one that each new WordPress has
        $options = ['permalink_structure' => '/%postname%/', 'thread_comments' => '1', 'comment_moderation' => '0'];
        foreach ($options + ['comment_previously_approved' => '0', 'comment_registration' => '0'] as $name => $value) {
            update_option($name, $value);
        }
        $GLOBALS['wp_rewrite']->init();
        $GLOBALS['wp_rewrite']->flush_rules(false);
    },
    'post' => function ($title) {
        echo wp_insert_post(['post_title' => $title, 'post_content' => $title, 'post_status' => 'publish']);
    },
    'edit' => fn($comment, $text) => wp_update_comment(['comment_ID' => $comment, 'comment_content' => $text]),
    'delete' => fn($comment) => wp_delete_comment($comment, true),
    'hold' => fn($comment) => wp_set_comment_status($comment, 'hold'),
    'user' => function ($name, $role) { // prints an application password of a new user
        $id = wp_create_user($name, 'for tests', "$name@example.test");
        (new WP_User($id))->set_role($role);
        echo WP_Application_Passwords::create_new_application_password($id, ['name' => 'Emberwatch'])[0];
    },
    'comments' => function ($parent) { // prints the comments under one, in any state
        echo json_encode(array_map(fn($comment) => [
            'id' => $comment->comment_ID, 'author' => $comment->comment_author, 'text' => $comment->comment_content,
            'approved' => $comment->comment_approved,
        ], get_comments(['parent' => $parent, 'status' => 'any', 'order' => 'ASC'])));
    },
    'option' => fn($name, $value) => update_option($name, $value) || get_option($name) == $value,
];
if ($actions[$argv[2]](...array_slice($argv, 3)) === false) {
    exit(1);
}
