"""What is shown beside single texts and their lists."""
