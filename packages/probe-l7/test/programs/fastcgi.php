<?php
// Answers what the parameter `do` asks for.
$do = $_GET['do'] ?? 'hello';
if ($do === 'missing') {
    http_response_code(404);
    echo 'none';
} elseif ($do === 'large') {
    for ($i = 0; $i < 200; $i++) {
        echo str_repeat('x', 1000);
    }
} elseif ($do === 'fail') {
    throw new Exception('the secret of alice');
} elseif ($do === 'redirect') {
    header('Location: https://example.org/');
} else {
    echo 'hello ', strlen(file_get_contents('php://input'));
}
