<?php // A must-use plugin: several comments a second are no flood here, and the tests may close what site owners close.
add_filter('wp_is_comment_flood', '__return_false', 99);
add_filter('comment_flood_filter', '__return_false', 99);
add_filter('rest_authentication_errors', function ($result) {
    return get_option('test_rest_closed') ? new WP_Error('rest_closed', 'Closed.', ['status' => 401]) : $result;
});
add_filter('robots_txt', function ($rules) {
    return get_option('test_robots') ?: $rules;
});
